/**
 * A problem as it travels (RFC 9457 `application/problem+json`), and the few that a client finds by itself. The
 * whole table, with what the server answers, is in `problems.ts`.
 */
import * as z from 'zod/mini';

/** What the person can do about it; the web client draws it as a button. */
export const ProblemAction = z.enum(['retry', 'reload', 'sign-in', 'repair', 'read', 'contact', 'none']);
export type ProblemAction = z.infer<typeof ProblemAction>;

export interface ProblemRow {
  /** 0: found by the client itself, never sent by a server. */
  readonly status: number;
  readonly title: string;
  readonly sentence: string;
  readonly action: ProblemAction;
  /** True: staff should know; it is logged as an error and counted. */
  readonly tellStaff: boolean;
}

/** A row of the table of problems. */
export function row(
  status: number,
  title: string,
  sentence: string,
  action: ProblemAction = 'none',
  tellStaff = false,
): ProblemRow {
  return { status, title, sentence, action, tellStaff };
}

/** What a client tells its person without a server having said it. */
export const foundByClients = {
  'session-conflict': row(
    409,
    'Two accounts at once',
    'Your browser is signed in to two different accounts at once, so nothing was done. Choose the one to keep.',
    'repair',
    true,
  ),
  'session-not-kept': row(
    0,
    'Sign-in not kept',
    'Your browser did not keep the cookie that would keep you signed in.',
    'repair',
    true,
  ),
  'session-split': row(
    0,
    'Not the same everywhere',
    'Parts of this site disagree about who you are. Nothing is lost; the check page shows it and mends it.',
    'repair',
    true,
  ),
  'topic-unknown': row(404, 'Not found', 'There is nothing here to follow, or it is not for you to see.'),
  'too-many-subscriptions': row(
    429,
    'Too many topics',
    'This page follows more things at once than allowed.',
    'reload',
  ),
  busy: row(
    503,
    'Very busy',
    'The server has too much to do at the moment. Please try again shortly.',
    'retry',
    true,
  ),
  'network-unreachable': row(
    0,
    'No connection',
    'The server cannot be reached. Check your connection; we keep trying.',
    'retry',
  ),
  'timed-out': row(0, 'No answer', 'The server took too long to answer.', 'retry'),
  'unexpected-answer': row(
    0,
    'Strange answer',
    'Something between you and the server answered in its place.',
    'reload',
    true,
  ),
  'contract-violation': row(
    0,
    'Page out of date',
    'The server answered in a way this page does not understand. Reloading usually helps.',
    'reload',
    true,
  ),
  'page-broke': row(
    0,
    'This part broke',
    'This part of the page broke. The rest keeps working.',
    'reload',
    true,
  ),
} as const satisfies Record<string, ProblemRow>;

export type ClientProblemCode = keyof typeof foundByClients;

/** Every code, in the order of the table. */
export const problemCodes = [
  'bad-request',
  'invalid-input',
  'unknown-field',
  'body-too-large',
  'unsupported-media-type',
  'header-too-large',
  'not-found',
  'method-not-allowed',
  'rate-limited',
  'session-missing',
  'session-expired',
  'session-revoked',
  'session-conflict',
  'not-allowed',
  'csrf-origin-mismatch',
  'csrf-origin-missing',
  'step-up-required',
  'wrong-credentials',
  'session-not-kept',
  'session-split',
  'roll-out-state',
  'handle-taken',
  'email-taken',
  'password-too-common',
  'setup-closed',
  'setup-link-wrong',
  'invitation-over',
  'email-missing',
  'verification-over',
  'mail-not-sendable',
  'event-state',
  'event-too-soon',
  'not-a-dj',
  'lineup-overlap',
  'image-unreadable',
  'too-many',
  'not-on-air',
  'stream-full',
  'chat-slow-mode',
  'chat-timed-out',
  'chat-muted',
  'chat-closed',
  'host-protected',
  'must-read-first',
  'notification-state',
  'notification-changed',
  'audience-not-allowed',
  'audience-empty',
  'topic-unknown',
  'too-many-subscriptions',
  'message-unreadable',
  'internal-error',
  'storage-unavailable',
  'storage-full',
  'busy',
  'shutting-down',
  'network-unreachable',
  'timed-out',
  'unexpected-answer',
  'contract-violation',
  'page-broke',
] as const;
export type ProblemCode = (typeof problemCodes)[number];

/** A field of the input that is not right, as a path ("lineup.0.handle") and a sentence. */
export const FieldProblem = z.object({ path: z.string(), message: z.string() });
export type FieldProblem = z.infer<typeof FieldProblem>;

/** RFC 9457 problem details with our extension members. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.enum(problemCodes),
  /** What staff look up: also in the `Slipmat-Reference` header and the log line. */
  reference: z.string(),
  action: ProblemAction,
  /** For `rate-limited`, slow mode and time-outs: when to try again, in seconds. */
  retryAfterSeconds: z.optional(z.int().check(z.minimum(0))),
  fields: z.optional(z.array(FieldProblem)),
  /** Number of the incident that it is part of, while one is open: INC-<number>. */
  incident: z.optional(z.int()),
});
export type Problem = z.infer<typeof Problem>;

/** What a problem may say beyond its row. */
export interface ProblemDetails {
  /** Replaces the row's sentence for this one case. */
  readonly detail?: string;
  readonly retryAfterSeconds?: number;
  readonly fields?: readonly FieldProblem[];
  readonly incident?: number;
}

/**
 * The wire form of a problem that has this row.
 * @param reference what staff can look up.
 */
export function problemOfRow(
  code: ProblemCode,
  { status, title, sentence, action }: ProblemRow,
  reference: string,
  details: ProblemDetails = {},
): Problem {
  return {
    type: `/problems/${code}`,
    title,
    status,
    detail: details.detail ?? sentence,
    code,
    reference,
    action,
    ...(details.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: details.retryAfterSeconds }),
    ...(details.fields === undefined ? {} : { fields: [...details.fields] }),
    ...(details.incident === undefined ? {} : { incident: details.incident }),
  };
}

/** A problem that a client found by itself. */
export function problemFoundByClient(
  code: ClientProblemCode,
  reference: string,
  details: ProblemDetails = {},
): Problem {
  return problemOfRow(code, foundByClients[code], reference, details);
}
