/** The exact bytes the source port answers, as the clients need them. Pure. */
import type { RefusalReason } from './refusal.ts';
import { refusalAnswers } from './refusal.ts';

/** What the port takes. libshout chooses PUT and POST from this list. */
export const ALLOW = 'GET, HEAD, POST, PUT, SOURCE, OPTIONS';

const SERVER = 'Slipmat';

const statusTexts = {
  200: 'OK',
  204: 'No Content',
  400: 'Bad Request',
  401: 'Authentication Required',
  403: 'Forbidden',
  404: 'Not Found',
  408: 'Request Timeout',
  413: 'Content Too Large',
  500: 'Internal Server Error',
} as const;

export interface Answer {
  readonly status: keyof typeof statusTexts;
  readonly contentType?: string;
  readonly body?: string;
  readonly headers?: ReadonlyArray<readonly [string, string]>;
  /** True keeps the connection for the next request. */
  readonly keep?: boolean;
}

/** A whole response with a length, or none for 204 (RFC 9110 §15.3.5). */
export function answerBytes(answer: Answer): Buffer {
  const body = Buffer.from(answer.body ?? '', 'utf8');
  const lines = [`HTTP/1.1 ${answer.status} ${statusTexts[answer.status]}`, `Server: ${SERVER}`];
  for (const [name, value] of answer.headers ?? []) lines.push(`${name}: ${value}`);
  lines.push(`Connection: ${answer.keep ? 'keep-alive' : 'close'}`);
  if (answer.status !== 204) {
    if (body.length > 0) lines.push(`Content-Type: ${answer.contentType ?? 'text/plain; charset=utf-8'}`);
    lines.push('Cache-Control: no-cache, no-store', `Content-Length: ${body.length}`);
  }
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body]);
}

/** Go on, for PUT with Expect; Liquidsoap wants exactly this before it sends. */
export const CONTINUE = Buffer.from('HTTP/1.1 100 Continue\r\n\r\n');

/** For SOURCE, and PUT without Expect: the bare answer of Icecast 2.4, at once. */
export const SOURCE_OK = Buffer.from('HTTP/1.0 200 OK\r\n\r\n');

/** At the end of a body that was announced or chunked. */
export const BODY_OK = answerBytes({ status: 200 });

const CHALLENGE: readonly [string, string] = ['WWW-Authenticate', 'Basic realm="Slipmat", charset="UTF-8"'];
const ALLOWED: readonly [string, string] = ['Allow', ALLOW];

/** To a request without credentials: libshout asks so first, to learn how to sign in and what is allowed. */
export function challenge(keep: boolean): Buffer {
  const body = 'You need to authenticate\r\n';
  return answerBytes({ status: 401, body, keep, headers: [CHALLENGE, ALLOWED] });
}

/** A refusal in the status its reason has. */
export function refusal(reason: RefusalReason): Buffer {
  const { status, body } = refusalAnswers[reason];
  const headers = status === 401 ? [CHALLENGE, ALLOWED] : [ALLOWED];
  return answerBytes({ status, body: `${body}\r\n`, headers });
}

/** To OPTIONS; a 404 or 501 here makes libshout report a failed login. */
export function options(keep: boolean): Buffer {
  return answerBytes({ status: 204, keep, headers: [ALLOWED] });
}

/** To libshout's `/admin/!POKE`, which wants a 400. */
export const POKE = answerBytes({ status: 400, body: 'Unrecognised command\r\n' });

/** The answer to a title update, in Icecast's words. */
export function metadataAnswer(ok: boolean, message: string, keep: boolean): Buffer {
  return answerBytes({
    status: 200,
    contentType: 'text/xml; charset=utf-8',
    body: `<?xml version="1.0"?>\n<iceresponse><message>${message}</message><return>${ok ? 1 : 0}</return></iceresponse>\n`,
    keep,
  });
}
