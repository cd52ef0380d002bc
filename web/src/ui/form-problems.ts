/** What is wrong with a form, field by field: found by the contract's schema before sending, or by the server. */
import type { Problem, ProblemCode } from '@slipmat/contract/problems';
import type * as z from 'zod/mini';
import { safeParse } from 'zod/mini';

/** Field name to sentence. */
export type FieldErrors = Readonly<Record<string, string>>;

export const noErrors: FieldErrors = {};

type Issue = z.core.$ZodIssue;

function sentence(issue: Issue): string {
  switch (issue.code) {
    case 'too_small':
      if (issue.origin === 'string' && issue.minimum === 1) return 'Please fill this in.';
      if (issue.origin === 'string') return `Please use at least ${String(issue.minimum)} characters.`;
      return `The smallest possible value is ${String(issue.minimum)}.`;
    case 'too_big':
      if (issue.origin === 'string') return `Please use at most ${String(issue.maximum)} characters.`;
      if (issue.origin === 'array') return `At most ${String(issue.maximum)} are possible.`;
      return `The largest possible value is ${String(issue.maximum)}.`;
    case 'invalid_format':
      if (issue.format === 'email') return 'This does not look like an e-mail address.';
      return asSentence(issue.message);
    case 'invalid_type':
      return 'Please fill this in.';
    default:
      return asSentence(issue.message);
  }
}

/** Begins with a capital and ends with a stop, as the words on the page do. */
function asSentence(words: string): string {
  const text = words.trim();
  if (text === '') return 'This is not right yet.';
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(first) ? first : `${first}.`;
}

/** What the contract finds wrong with a body before it is sent; the first sentence of each field. */
export function checkBody(schema: z.ZodMiniType, body: unknown): FieldErrors {
  const parsed = safeParse(schema, body);
  if (parsed.success) return noErrors;
  const errors: Record<string, string> = {};
  for (const issue of parsed.error.issues) {
    const path = issue.path.map(String).join('.');
    errors[path] ??= sentence(issue);
  }
  return errors;
}

/** Problems that are about one field, whatever the form. */
const fieldOfCode: Partial<Record<ProblemCode, string>> = {
  'handle-taken': 'handle',
  'email-taken': 'email',
  'password-too-common': 'password',
  'event-too-soon': 'startsAt',
  'lineup-overlap': 'lineup',
  'not-a-dj': 'lineup',
};

export interface FormFailure {
  readonly errors: FieldErrors;
  /** What no field of the form can show; undefined when the fields say it all. */
  readonly rest: Problem | undefined;
}

/**
 * Puts a problem to the fields it is about.
 * @param fields the names that the form shows errors at; `lineup` also takes `lineup.0.handle`.
 */
export function placeProblem(problem: Problem | undefined, fields: readonly string[]): FormFailure {
  if (problem === undefined) return { errors: noErrors, rest: undefined };
  const own = fieldOfCode[problem.code];
  if (own !== undefined && fields.includes(own))
    return { errors: { [own]: problem.detail }, rest: undefined };
  const errors: Record<string, string> = {};
  let allPlaced = problem.fields !== undefined && problem.fields.length > 0;
  for (const { path, message } of problem.fields ?? []) {
    const shown = fields.includes(path) || fields.some((field) => path.startsWith(`${field}.`));
    if (shown) errors[path] ??= asSentence(message);
    else allPlaced = false;
  }
  return { errors, rest: allPlaced ? undefined : problem };
}
