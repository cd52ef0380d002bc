/** The steps of a roll-out as they are typed. */
import type { StartRollOut } from '@slipmat/contract/roll-outs';
import type * as z from 'zod/mini';

export type StartBody = z.input<typeof StartRollOut>;

export interface TypedPlan {
  /** "1, 5, 25, 50, 100". */
  readonly steps: string;
  readonly minutes: string;
}

/** "1, 5, 25, 50, 100". */
export function stepsAsTyped(steps: readonly number[]): string {
  return steps.join(', ');
}

/** The number that was typed; NaN for anything else, which the contract then refuses. */
function numberOf(typed: string): number {
  return /^\d{1,6}$/.test(typed) ? Number(typed) : Number.NaN;
}

/** What was typed, with or without per cent signs, as the contract checks it. */
export function bodyOf({ steps, minutes }: TypedPlan): StartBody {
  const typed = steps.split(/[\s,;%]+/).filter((part) => part !== '');
  return { steps: typed.map(numberOf), stepMinutes: numberOf(minutes.trim()) };
}

/** What is wrong with it, in the words of this form; undefined when nothing is. */
export function mistakesOf(plan: TypedPlan): { readonly steps?: string; readonly minutes?: string } {
  const { steps, stepMinutes } = bodyOf(plan);
  const areNumbers = steps.every((step) => step >= 1 && step <= 100);
  const isAscending = steps.every((step, index) => index === 0 || step > (steps[index - 1] ?? 0));
  const areRight = areNumbers && isAscending && steps.at(-1) === 100 && steps.length <= 10;
  const isLong = stepMinutes >= 1 && stepMinutes <= 7 * 24 * 60;
  return {
    ...(areRight
      ? {}
      : { steps: 'Up to ten numbers from 1 to 100, each larger than the one before, with 100 at the end.' }),
    ...(isLong ? {} : { minutes: 'Minutes, from 1 to 10080, which are seven days.' }),
  };
}
