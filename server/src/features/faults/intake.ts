/** Turns what is told of a failure, from wherever, into a hit without anybody's data in it. Pure. */
import type { FaultReport } from '@slipmat/contract/faults';
import { faultLimits } from '@slipmat/contract/faults';
import { type PolicyReport, policyViolation, violationWords } from '@slipmat/contract/policy-violations';
import { errorName, scrubLogLine, scrubMessage } from '@slipmat/contract/scrubbing';
import { z } from 'zod';
import { readBrowser } from '#server/platform/browser.ts';
import { pageFrames, serverFrames } from './frames.ts';
import type { FaultHit, Hit } from './hit.ts';

/** What the server answered somebody with. */
export interface Refusal {
  readonly reference: string;
  readonly code: string;
  /** True: something is broken, and staff should know. */
  readonly isFault: boolean;
  /** What was thrown; scrubbed here. */
  readonly error: unknown;
  /** "GET /api/events/{slug}", "chat.say". */
  readonly place: string;
  readonly userAgent: string;
  readonly personId: string | undefined;
}

/** The software of a browser, in words of ours only: nobody can make up kinds. */
export function browserName(userAgent: string): string {
  const { family, version, system } = readBrowser(userAgent);
  if (family === undefined) return 'Other';
  return `${family}${/^\d{1,3}$/.test(version) ? ` ${version}` : ''}${system === undefined ? '' : ` on ${system}`}`;
}

const causeDepth = 5;

/** The error at the bottom: what a driver said, under the words it was wrapped in. */
function innermost(thrown: unknown): unknown {
  let error = thrown;
  for (let depth = 0; depth < causeDepth && error instanceof Error && error.cause !== undefined; depth += 1) {
    error = error.cause;
  }
  return error;
}

function describe(thrown: unknown): Pick<Hit, 'name' | 'message' | 'frames'> {
  const error = innermost(thrown);
  if (!(error instanceof Error)) return { name: 'Error', message: scrubMessage(String(error)), frames: [] };
  const own = serverFrames(error.stack);
  const outer = thrown instanceof Error ? serverFrames(thrown.stack) : [];
  return {
    name: errorName(error.name),
    message: scrubMessage(error.message),
    frames: own.length > 0 ? own : outer,
  };
}

const nothing = { name: '', message: '', frames: [], where: '', log: [], times: 1 } as const;

/** @param context.log lines that name the reference. */
export function hitOfRefusal(
  refusal: Refusal,
  context: { readonly at: number; readonly release: string; readonly log: () => readonly string[] },
): Hit {
  const { reference, code, personId, userAgent } = refusal;
  const place = refusal.place.slice(0, faultLimits.frameLength);
  const { at, release } = context;
  const browser = browserName(userAgent);
  const base = { ...nothing, reference, code, place, at, release, browser, personId };
  if (!refusal.isFault) return { ...base, kind: undefined };
  return {
    ...base,
    ...describe(refusal.error),
    kind: 'server',
    log: context.log().map(scrubLogLine),
  };
}

const ErrorLine = z.looseObject({
  msg: z.string().default(''),
  /** Set in lines about a failure that somebody was answered with; that is a hit of its own. */
  code: z.string().optional(),
  ofFaults: z.boolean().optional(),
  err: z
    .looseObject({
      type: z.string().default('Error'),
      message: z.string().default(''),
      stack: z.string().optional(),
    })
    .optional(),
});

/** A line of the log with level error, about work that nobody waits for; undefined when it is of something else. */
export function hitOfLogLine(
  line: string,
  context: { readonly at: number; readonly release: string; readonly reference: string },
): FaultHit | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  const parsed = ErrorLine.safeParse(value);
  if (!parsed.success || parsed.data.ofFaults === true || parsed.data.msg === 'problem') return undefined;
  const { msg, err } = parsed.data;
  return {
    ...nothing,
    ...context,
    kind: 'background',
    code: 'internal-error',
    name: errorName(err?.type ?? 'Error'),
    message: scrubMessage(err?.message ?? ''),
    frames: serverFrames(err?.stack),
    place: scrubMessage(msg).slice(0, faultLimits.frameLength),
    personId: undefined,
    browser: 'Server',
    log: [scrubLogLine(line.trimEnd()).slice(0, 2_000)],
  };
}

/** Codes of pages that are about the way to the server. */
const connectionCodes: ReadonlySet<string> = new Set([
  'network-unreachable',
  'timed-out',
  'unexpected-answer',
]);
/** A page that was offline tells later; what is older than this, or of the future, is of now. */
const oldestReportMs = 7 * 24 * 3_600_000;

export function hitOfReport(
  report: FaultReport,
  context: {
    readonly now: number;
    readonly release: string;
    readonly userAgent: string;
    readonly personId: string | undefined;
  },
): FaultHit {
  const { now, release, userAgent, personId } = context;
  const isOld = report.at < now - oldestReportMs || report.at > now;
  const name = errorName(report.name);
  return {
    kind: connectionCodes.has(report.code) ? 'connection' : name === policyViolation ? 'policy' : 'page',
    reference: report.reference,
    code: report.code,
    name,
    message: scrubMessage(report.message),
    frames: pageFrames(report.frames),
    place: placeOfPage(report.place),
    where: scrubMessage(report.where),
    at: isOld ? now : report.at,
    times: report.times,
    personId,
    browser: browserName(userAgent),
    release,
    log: [],
  };
}

const unknownPage = 'unknown page';

/** The server knows the route of the live page and of the first one; of others only the page itself does. */
function placeOfDocument(address: string): string {
  const path = URL.canParse(address) ? new URL(address).pathname : '';
  if (path === '/') return path;
  return path.startsWith('/e/') ? '/e/:slug' : unknownPage;
}

/** @param report as a browser sends it by itself. */
export function hitOfPolicyReport(
  report: PolicyReport,
  context: {
    readonly at: number;
    readonly release: string;
    readonly reference: string;
    readonly userAgent: string;
    readonly personId: string | undefined;
  },
): FaultHit {
  const told = report['csp-report'];
  const said = (name: keyof typeof told): string => {
    const value = told[name];
    return typeof value === 'string' ? value : '';
  };
  const page = said('document-uri');
  const { userAgent, ...rest } = context;
  return {
    ...nothing,
    ...rest,
    kind: 'policy',
    code: 'page-broke',
    name: policyViolation,
    message: violationWords({
      directive: said('effective-directive') || said('violated-directive'),
      blocked: said('blocked-uri'),
      source: said('source-file'),
      origin: URL.canParse(page) ? new URL(page).origin : '',
    }),
    place: placeOfDocument(page),
    where: 'told by the browser itself',
    browser: browserName(userAgent),
  };
}

/** A route of a page; anything else is not one. */
function placeOfPage(place: string): string {
  return /^\/(?:[a-z-]+|:[a-z]+)?(?:\/(?:[a-z-]+|:[a-z]+)){0,5}$/i.test(place) ? place : unknownPage;
}

/** DJ software by name, without its version: "butt" for "butt/0.1.40". */
function softwareName(client: string): string {
  return /^[A-Za-z][A-Za-z -]{1,30}/.exec(client)?.[0].trim() ?? 'Other software';
}

/** DJ software that was refused: grouped by the reason and the software. */
export function hitOfSource(
  refused: { readonly reason: string; readonly client: string; readonly personId: string },
  context: { readonly at: number; readonly release: string; readonly reference: string },
): FaultHit {
  const software = softwareName(refused.client);
  return {
    ...nothing,
    ...context,
    kind: 'source',
    code: refused.reason,
    name: software,
    place: 'source port',
    personId: refused.personId,
    browser: software,
  };
}
