/**
 * Faults: what broke, gathered from the server, from pages and from the source port, grouped by where and how it
 * broke, so that staff can work on it. Every reference that a person was shown leads to what happened.
 */
import * as z from 'zod/mini';
import { defineEndpoint } from './endpoint.ts';
import { Handle, Id, Instant } from './ids.ts';
import { PolicyReport } from './policy-violations.ts';
import { problemCodes } from './problem.ts';

export const faultLimits = {
  /** Reports of one message of a page: what comes together in a bad second. */
  reports: 20,
  /** Own frames of a stack that are kept; the first few tell faults apart. */
  frames: 8,
  frameLength: 160,
  listPage: 50,
  /** References of the same that one report names beside its own. */
  earlier: 20,
  /** Events of one fault with all that is known of them; older ones give way. */
  samples: 20,
  /** Lines of the log kept with an event. */
  logLines: 20,
  /** People shown with a fault, those last hit first. */
  people: 50,
  browsers: 30,
  /** Hours in the chart of one fault, and of all. */
  chartHours: 7 * 24,
} as const;

/**
 * Where it was noticed. `server`: answering somebody; `background`: work of the server that nobody waits for;
 * `page`: code in a browser; `connection`: a browser that did not reach the server; `policy`: blocked by the security
 * policy of a page; `source`: DJ software that was refused.
 */
export const FaultKind = z.enum(['server', 'background', 'page', 'connection', 'policy', 'source']);
export type FaultKind = z.infer<typeof FaultKind>;

/** `came-back` was resolved, and happened again. */
export const FaultState = z.enum(['open', 'came-back', 'resolved']);
export type FaultState = z.infer<typeof FaultState>;

/** `c-` for what a page found by itself; otherwise the server's. */
export const FaultReference = z.string().check(z.regex(/^(?:c-[a-z0-9]{8}|[\w-]{12})$/));

export const FaultSummary = z.object({
  id: Id,
  kind: FaultKind,
  state: FaultState,
  /** A code of the table of problems, or the reason of a refusal. */
  code: z.string(),
  /** Class of the error. */
  name: z.string(),
  /** Scrubbed: no text of a person, no address, no number. */
  message: z.string(),
  /** A route with its parameters as names, such as "GET /api/events/{slug}". */
  place: z.string(),
  count: z.int(),
  /** People hit who were signed in. */
  people: z.int(),
  /** Hits with nobody signed in. */
  anonymousHits: z.int(),
  firstAt: Instant,
  lastAt: Instant,
  /** Hits of the last 24 hours, an hour each, oldest first. */
  hours: z.array(z.int()),
});
export type FaultSummary = z.infer<typeof FaultSummary>;

/** One time that something happened to somebody. */
export const FaultEvent = z.object({
  reference: z.string(),
  at: Instant,
  /** Null for a plain refusal: nothing broke. */
  faultId: z.nullable(Id),
  code: z.string(),
  place: z.string(),
  person: z.nullable(z.object({ id: Id, handle: Handle, displayName: z.string() })),
  browser: z.string(),
  release: z.string(),
  /** Null when only the event is known: a refusal, or more of the same than are kept whole. */
  sample: z.nullable(
    z.object({
      name: z.string(),
      message: z.string(),
      frames: z.array(z.string()),
      /** Part of the page, in words. */
      where: z.string(),
      log: z.array(z.string()),
    }),
  ),
});
export type FaultEvent = z.infer<typeof FaultEvent>;

const Bar = z.object({ at: Instant, count: z.int() });

export const FaultDetail = z.object({
  fault: FaultSummary,
  resolvedAt: z.nullable(Instant),
  resolvedBy: z.nullable(z.string()),
  cameBackAt: z.nullable(Instant),
  releases: z.object({ first: z.string(), last: z.string() }),
  browsers: z.array(z.object({ name: z.string(), count: z.int() })),
  people: z.array(
    z.object({ id: Id, handle: Handle, displayName: z.string(), hits: z.int(), lastAt: Instant }),
  ),
  /** Hours with hits of the last seven days, oldest first. */
  chart: z.array(Bar),
  /** Newest first. */
  events: z.array(FaultEvent),
});
export type FaultDetail = z.infer<typeof FaultDetail>;

export const FaultList = z.object({
  faults: z.array(FaultSummary),
  more: z.boolean(),
  /** Of all, whatever the list shows. */
  totals: z.object({ open: z.int(), cameBack: z.int(), resolved: z.int() }),
  /** Hours with hits of the last seven days, all faults together, oldest first. */
  chart: z.array(Bar),
});
export type FaultList = z.infer<typeof FaultList>;

const ShortText = (length: number) => z.string().check(z.maxLength(length));

/** What a page says of a failure. No text of the person, no address: routes with their parameters as names. */
export const FaultReport = z.strictObject({
  reference: FaultReference,
  code: z.enum(problemCodes),
  name: ShortText(60),
  message: ShortText(300),
  /** Of own files only. */
  frames: z.array(ShortText(faultLimits.frameLength)).check(z.maxLength(faultLimits.frames)),
  /** Route of the page. */
  place: ShortText(80),
  /** Part of the page, in words. */
  where: ShortText(80),
  at: Instant,
  /** The same again and again, since the last report of it. */
  times: z.int().check(z.minimum(1), z.maximum(1_000)),
  /** What the person was shown of the same since the last report of it, before this one; oldest first. */
  earlier: z.optional(z.array(FaultReference).check(z.maxLength(faultLimits.earlier))),
  /** Of the page's code. */
  build: ShortText(40),
});
export type FaultReport = z.infer<typeof FaultReport>;

const staff = { can: 'staff.view' } as const;
const Params = z.object({ faultId: Id });

export const faultsEndpoints = {
  report: defineEndpoint({
    method: 'POST',
    path: '/api/faults/reports',
    summary: 'What broke in a page. Taken from anybody; whose page it was is noted when it can be known.',
    access: 'anyone',
    rate: 'report',
    body: z.strictObject({
      reports: z.array(FaultReport).check(z.minLength(1), z.maxLength(faultLimits.reports)),
    }),
    reply: z.object({ taken: z.int() }),
    problems: [],
    duringConflict: true,
    anonymousIfUnknown: true,
  }),
  reportPolicy: defineEndpoint({
    method: 'POST',
    path: '/api/faults/policy-reports',
    summary:
      'What the security policy of a page blocked, as the browser tells it by itself. Counts when the page does not tell it.',
    access: 'anyone',
    rate: 'policy-report',
    mediaType: 'application/csp-report',
    body: PolicyReport,
    reply: z.object({}),
    problems: [],
    duringConflict: true,
    anonymousIfUnknown: true,
  }),
  list: defineEndpoint({
    method: 'GET',
    path: '/api/staff/faults',
    summary: 'Faults, those that happened last first.',
    access: staff,
    rate: 'read',
    query: z.object({
      state: z.optional(z.enum(['unresolved', ...FaultState.options])),
      kind: z.optional(FaultKind),
      search: z.optional(z.string().check(z.trim(), z.maxLength(100))),
      /** The last of the page before. */
      before: z.optional(Id),
    }),
    reply: FaultList,
    problems: ['not-found'],
  }),
  show: defineEndpoint({
    method: 'GET',
    path: '/api/staff/faults/{faultId}',
    summary: 'A fault with its people, browsers, hours, and the last events whole.',
    access: staff,
    rate: 'read',
    params: Params,
    reply: FaultDetail,
    problems: ['not-found'],
  }),
  lookUp: defineEndpoint({
    method: 'GET',
    path: '/api/staff/references/{reference}',
    summary: 'What happened to the person who was shown this reference.',
    access: staff,
    rate: 'read',
    params: z.object({ reference: FaultReference }),
    reply: z.object({ event: FaultEvent, fault: z.nullable(FaultSummary) }),
    problems: ['not-found'],
  }),
  resolve: defineEndpoint({
    method: 'POST',
    path: '/api/staff/faults/{faultId}/resolve',
    summary: 'Take it as mended. It comes back by itself when it happens again.',
    access: staff,
    rate: 'write',
    params: Params,
    reply: FaultDetail,
    problems: ['not-found'],
  }),
  reopen: defineEndpoint({
    method: 'POST',
    path: '/api/staff/faults/{faultId}/reopen',
    summary: 'Not mended after all.',
    access: staff,
    rate: 'write',
    params: Params,
    reply: FaultDetail,
    problems: ['not-found'],
  }),
};
