/** How the gate says no: in headers for the proxy, from which it makes an answer for the person. */
import type { Problem } from '@slipmat/contract/problems';
import { referenceHeader } from '@slipmat/contract/sessions';
import { escapeHtml } from '#server/http/html.ts';
import type { OriginalRequest } from './original-request.ts';

/** Headers of every answer but 200. */
export const refusalHeaders = {
  /** Code of the problem. */
  problem: 'slipmat-problem',
  /** The whole problem as JSON in ASCII, to be sent on to programs. */
  json: 'slipmat-problem-json',
  /** What to tell a person, as a sentence in UTF-8. */
  sentence: 'slipmat-sentence',
  /** Where to send a person who can mend it, on Slipmat itself; absent when there is nothing to do. */
  go: 'slipmat-go',
} as const;

/** Characters. nginx takes 4 kB of headers from the gate unless told otherwise, and an encoded one takes three. */
const longestReturn = 800;

/** nginx, Caddy and Traefik understand these two as "no"; anything else is a fault to some of them. */
export function gateStatus(problem: Problem): 401 | 403 {
  return problem.status === 401 ? 401 : 403;
}

/** Only ASCII: JSON says the rest as escapes, so that no proxy can mangle it. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(/[^\x20-\x7e]/g, (unit) => {
    return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** Node writes header characters as bytes, so UTF-8 goes in a character a byte; control characters may not. */
function headerText(text: string): string {
  return Buffer.from(text.replaceAll(/\p{Cc}+/gu, ' '), 'utf8').toString('latin1');
}

/**
 * The page of Slipmat where a person can mend what is wrong.
 * @param asked undefined when it could not be understood.
 * @returns undefined when there is none.
 */
function wayOut(problem: Problem, issuer: string, asked: OriginalRequest | undefined): string | undefined {
  const page = problem.code === 'session-conflict' ? 'conflict' : pages[problem.action];
  if (page === undefined) return undefined;
  if (asked === undefined) return `${issuer}/${page}`;
  // What was sent with a body cannot be sent again by coming back to its address.
  const isWhole = asked.method === 'GET' && asked.target.length <= longestReturn;
  const back = isWhole ? asked.target : '/';
  return `${issuer}/${page}?return=${encodeURIComponent(asked.audience + utf8(back))}`;
}

const pages: Readonly<Partial<Record<Problem['action'], string>>> = {
  'sign-in': 'sign-in',
  repair: 'signed-in',
};

/** A target's bytes as text. */
function utf8(target: string): string {
  return Buffer.from(target, 'latin1').toString('utf8');
}

/** The headers of a refusal. */
export function refuse(
  problem: Problem,
  issuer: string,
  asked: OriginalRequest | undefined,
): Readonly<Record<string, string>> {
  const go = wayOut(problem, issuer, asked);
  return {
    [refusalHeaders.problem]: problem.code,
    [referenceHeader]: problem.reference,
    [refusalHeaders.json]: asciiJson({ ...problem, status: gateStatus(problem) }),
    [refusalHeaders.sentence]: headerText(problem.detail),
    ...(go === undefined ? {} : { [refusalHeaders.go]: go }),
  };
}

export interface RefusalBody {
  readonly type: string;
  readonly text: string;
}

/**
 * A body for proxies that hand the gate's own answer to the client, as Traefik does.
 * @param headers of the refusal.
 */
export function refusalBody(
  problem: Problem,
  headers: Readonly<Record<string, string>>,
  wantsPage: boolean,
): RefusalBody {
  if (!wantsPage) return { type: 'application/problem+json', text: headers[refusalHeaders.json] ?? '' };
  const go = headers[refusalHeaders.go];
  const title = escapeHtml(problem.title);
  const link = go === undefined ? '' : `<p><a href="${escapeHtml(go)}">Put it right</a></p>`;
  return {
    type: 'text/html; charset=utf-8',
    text:
      `<!doctype html><html lang="en"><title>${title}</title><h1>${title}</h1>` +
      `<p>${escapeHtml(problem.detail)}</p>${link}<p>Reference: <code>${problem.reference}</code></p></html>`,
  };
}
