/** What is told to staff of a failure: its kind and place in our own code, and nothing of the person. Pure. */
import { type FaultReport, faultLimits } from '@slipmat/contract/faults';
import { policyViolation, violationWords } from '@slipmat/contract/policy-violations';
import { errorName, scrubMessage } from '@slipmat/contract/scrubbing';
import type { Notice } from './problem-centre.ts';
import { ProblemError } from './problem-error.ts';

/** Longer stacks are cut before they are read. */
const stackLength = 10_000;
/** Chromium: "    at name (https://host/assets/x.js:1:23)"; Gecko and WebKit: "name@https://host/assets/x.js:1:23". */
const frame =
  /^(?:\s*at (?:async )?)?(?:([^@()\s][^@()]*?)(?: \(|@)|@)?(https?:\/\/[^\s()]+):(\d{1,7}):(\d{1,7})\)?$/;

/** Frames of the site's own files, innermost first, without the address of the site. */
export function ownFrames(stack: string, origin: string): string[] {
  return stack
    .slice(0, stackLength)
    .split('\n')
    .flatMap((line) => {
      const [, name = '', address = '', row = '', column = ''] = frame.exec(line.trimEnd()) ?? [];
      const path = address.startsWith(`${origin}/`) ? address.slice(origin.length + 1) : '';
      if (!/^(?:assets\/[\w.-]+\.js|src\/[\w./-]+\.tsx?)$/.test(path)) return [];
      const own = /^[\w$.<> ]{1,60}$/.test(name) ? `${name} ` : '';
      return [`${own}${path}:${row}:${column}`];
    })
    .filter((one) => one.length <= faultLimits.frameLength)
    .slice(0, faultLimits.frames);
}

const causeDepth = 5;

/** The error underneath: what the browser said, and not the words it was wrapped in. */
function innermost(failure: unknown): unknown {
  let error = failure;
  for (let depth = 0; depth < causeDepth && error instanceof Error && error.cause !== undefined; depth += 1) {
    error = error.cause;
  }
  return error;
}

function wordsOfViolation(event: Event, origin: string): string {
  const said = (name: string): string => String(Reflect.get(event, name) ?? '');
  const directive = said('effectiveDirective');
  return violationWords({ directive, blocked: said('blockedURI'), source: said('sourceFile'), origin });
}

/** Name and message. What was thrown may be anything at all. */
function wordsOf(failure: unknown, origin: string): { name: string; message: string; stack: string } {
  const error = innermost(failure);
  if (error instanceof Event && error.type === 'securitypolicyviolation')
    return { name: policyViolation, message: wordsOfViolation(error, origin), stack: '' };
  if (error instanceof ProblemError) return { name: error.name, message: '', stack: error.stack ?? '' };
  if (error instanceof Error) return { name: error.name, message: error.message, stack: error.stack ?? '' };
  return { name: 'Error', message: typeof error === 'string' ? error : `threw a ${typeof error}`, stack: '' };
}

/** True when the server does not know of it yet: what it answered with, it has noted itself. */
export function isUnknownToServer({ problem }: Notice): boolean {
  return problem.reference.startsWith('c-') || problem.code === 'contract-violation';
}

export interface ReportContext {
  /** Of the site. */
  readonly origin: string;
  /** Route of the page with its parameters as names. */
  readonly place: string;
  /** Of the page's code. */
  readonly build: string;
}

/** @param times how often it happened since it was last reported. */
export function reportOf(
  notice: Notice,
  times: number,
  { origin, place, build }: ReportContext,
): FaultReport {
  const { problem, where, at, failure } = notice;
  const { name, message, stack } = wordsOf(failure, origin);
  return {
    reference: problem.reference,
    code: problem.code,
    name: errorName(name),
    message: scrubMessage(message),
    frames: ownFrames(stack, origin),
    place: place.slice(0, 80),
    where: scrubMessage(where).slice(0, 80),
    at,
    times: Math.min(times, 1_000),
    build,
  };
}
