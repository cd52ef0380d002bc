/** `slipmat roll-out`: how far changes of sign-in have come, and what to do about it. */
import { parseArgs } from 'node:util';
import {
  defaultSteps,
  type RollOut,
  RollOutKind,
  type RollOutsState,
  StartRollOut,
} from '@slipmat/contract/roll-outs';
import { type RollOutCommand, rollOut } from '../administration/roll-outs.ts';
import type { Config } from '../config.ts';
import { UsageError } from './usage-error.ts';

export const rollOutUsage = `roll-out takes one of
  status
  start <cookie|csrf> [--steps 1,5,25,50,100] [--step-minutes 60]
  pause | resume | advance | acknowledge <cookie|csrf>
  roll-back <cookie|csrf> [--reason "..."]`;

const options = {
  steps: { type: 'string' },
  'step-minutes': { type: 'string' },
  reason: { type: 'string' },
} as const;

/** @throws UsageError */
function parseKind(text: string | undefined): RollOutKind {
  const kind = RollOutKind.safeParse(text);
  if (!kind.success) throw new UsageError(rollOutUsage);
  return kind.data;
}

/** @throws UsageError */
function parseStart(steps: string | undefined, stepMinutes: string | undefined) {
  const start = StartRollOut.safeParse({
    steps: steps === undefined ? [...defaultSteps] : steps.split(',').map(Number),
    stepMinutes: Number(stepMinutes ?? '60'),
  });
  if (start.success) return start.data;
  const what = start.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new UsageError(`roll-out start: ${what.join('; ')}`);
}

/** @throws UsageError, and what `parseArgs` throws */
function parseCommand(args: readonly string[]): RollOutCommand {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const [act = 'status', kind, ...more] = positionals;
  if (more.length > 0) throw new UsageError(rollOutUsage);
  switch (act) {
    case 'status':
      return { act };
    case 'start':
      return { act, kind: parseKind(kind), ...parseStart(values.steps, values['step-minutes']) };
    case 'pause':
    case 'resume':
    case 'advance':
    case 'acknowledge':
      return { act, kind: parseKind(kind) };
    case 'roll-back':
      return { act, kind: parseKind(kind), reason: (values.reason ?? '').trim().slice(0, 200) };
    default:
      throw new UsageError(rollOutUsage);
  }
}

/** Columns as wide as their widest cell, two spaces apart. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_cell, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd(),
  );
}

function moment(at: number | null): string {
  return at === null ? 'never' : new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}

function describe(one: RollOut): string[] {
  const { figures } = one;
  const lines = [
    `${one.kind}: ${one.from} -> ${one.to}`,
    `  ${one.state} at ${one.percent} % (steps ${one.steps.join(', ')}; ${one.stepMinutes} minutes each; revision ${one.revision})`,
    `  ${figures.issued} sessions: ${figures.accepted} accepted, ${figures.refused} refused; at least ${(one.refusalBound * 100).toFixed(2)} % refuse (99 %)`,
  ];
  if (one.reason !== null) lines.push(`  ${one.reason}`);
  if (one.alertSince !== null) lines.push(`  NOT ACKNOWLEDGED since ${moment(one.alertSince)}`);
  if (one.segments.length === 0) return lines;
  const head = ['browser', 'system', 'in an app', 'issued', 'accepted', 'refused', 'in a row'];
  const rows = one.segments.map((segment) => [
    `${segment.family} ${segment.version}`.trim(),
    segment.system,
    segment.webView ? 'yes' : '',
    ...[segment.issued, segment.accepted, segment.refused, segment.refusedInRow].map(String),
  ]);
  return [...lines, ...table([head, ...rows])];
}

/** The state in lines for a terminal. */
export function describeRollOuts({ rollOuts, policies }: RollOutsState): string[] {
  const shown = rollOuts.flatMap(describe);
  const head = ['cookie', 'domain', 'written', 'sessions today', 'last used', 'removable from'];
  const rows = policies.map((policy) => [
    policy.name,
    policy.domain ?? 'this host',
    policy.isWritten ? 'yes' : 'no',
    String(policy.usedToday),
    moment(policy.lastUsedAt),
    policy.removableAt === null ? '' : moment(policy.removableAt),
  ]);
  return [
    ...(shown.length === 0 ? ['Nothing is to be rolled out.'] : shown),
    ...(rows.length === 0 ? [] : ['policies:', ...table([head, ...rows])]),
  ];
}

/**
 * Carries `slipmat roll-out <args>` out and says how things stand then.
 * @throws UsageError for wrong arguments; ProblemError `not-found`, `roll-out-state`
 */
export async function rollOutCommand(
  args: readonly string[],
  config: Config,
  say: (line: string) => void,
): Promise<void> {
  const command = parseCommand(args);
  const state = await rollOut(config, command);
  for (const line of describeRollOuts(state)) say(line);
}
