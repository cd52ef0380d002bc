/**
 * What a reverse proxy says about the request that it asks for. Two families of headers are understood:
 *
 *   nginx auth_request         X-Original-Method, and X-Original-URL or X-Original-URI with Host
 *   Caddy and Traefik          X-Forwarded-Method, -Proto, -Host and -Uri
 *
 * A proxy sends one of them whole. What the other one says besides came from the client or from a proxy further out,
 * so it has to say the same: where the two contradict, somebody lies or a proxy is set up wrongly.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { ProblemError } from '#server/platform/problem-error.ts';

export interface OriginalRequest {
  readonly method: string;
  /** Of the old site, one of the audiences. */
  readonly audience: string;
  /** Path and query exactly as they were sent, a character a byte. */
  readonly target: string;
  /** A WebSocket handshake, which is a GET and yet can act in a person's name. */
  readonly isWebSocket: boolean;
}

/** One family of headers: what it says, as far as it says it. */
interface Said {
  readonly method: string | undefined;
  readonly scheme: string | undefined;
  readonly host: string | undefined;
  readonly target: string | undefined;
}

/** `token` of RFC 9110 §5.6.2; the longest registered method has 17 characters. */
const methodPattern = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}$/;
const hostPattern = /^(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;
const targetPattern = /^\/[\x21-\xff]*$/;
const urlPattern = /^(https?):\/\/([^/?#\s]+)(\/[\x21-\xff]*)$/i;
/** Traefik names the scheme of a WebSocket handshake after the socket. */
const schemes: Readonly<Record<string, string>> = { http: 'http', https: 'https', ws: 'http', wss: 'https' };

/** What is wrong is said in full: it is the operator of the proxy who has to mend it. */
function unclear(what: string): ProblemError {
  return new ProblemError('bad-request', { detail: `The proxy in front of the old site ${what}.` });
}

/** A header that was sent, and not empty. Node joins several lines of one name with a comma. */
function header(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function forwarded(headers: IncomingHttpHeaders): Said {
  const proto = header(headers, 'x-forwarded-proto')?.toLowerCase();
  return {
    method: header(headers, 'x-forwarded-method'),
    scheme: proto === undefined ? undefined : (schemes[proto] ?? proto),
    host: header(headers, 'x-forwarded-host')?.toLowerCase(),
    target: header(headers, 'x-forwarded-uri'),
  };
}

function original(headers: IncomingHttpHeaders, audiences: ReadonlySet<string>): Said {
  const method = header(headers, 'x-original-method');
  const target = header(headers, 'x-original-uri');
  const url = header(headers, 'x-original-url');
  if (url !== undefined) {
    const [, scheme, host, path] = urlPattern.exec(url) ?? [];
    if (scheme === undefined) throw unclear('sent an X-Original-URL that is no address');
    if (target !== undefined && target !== path)
      throw unclear('contradicts itself in X-Original-URL and -URI');
    return { method, scheme: scheme.toLowerCase(), host: host?.toLowerCase(), target: path };
  }
  if (target === undefined) return { method, scheme: undefined, host: undefined, target };
  const host = header(headers, 'host')?.toLowerCase();
  const known = [...audiences].find((audience) => new URL(audience).host === host);
  const scheme = forwarded(headers).scheme ?? known?.split(':')[0];
  return { method, scheme, host, target };
}

/** @throws ProblemError when both say something and not the same. */
function agreed(name: string, left: string | undefined, right: string | undefined): void {
  if (left !== undefined && right !== undefined && left !== right) {
    throw unclear(`contradicts itself about the ${name} (X-Original-… and X-Forwarded-…)`);
  }
}

function whole(said: Said): { [Name in keyof Said]: string } | undefined {
  const { method, scheme, host, target } = said;
  if (method === undefined || scheme === undefined || host === undefined || target === undefined) {
    return undefined;
  }
  return { method, scheme, host, target };
}

/**
 * @param headers of the proxy's question.
 * @param audiences origins of the old sites.
 * @throws ProblemError `bad-request` when a part is missing, malformed or contradicted, or the host is no old site.
 */
export function originalRequest(
  headers: IncomingHttpHeaders,
  audiences: ReadonlySet<string>,
): OriginalRequest {
  const fromOriginal = original(headers, audiences);
  const fromForwarded = forwarded(headers);
  agreed('method', fromOriginal.method, fromForwarded.method);
  agreed('scheme', fromOriginal.scheme, fromForwarded.scheme);
  agreed('host', fromOriginal.host, fromForwarded.host);
  agreed('path', fromOriginal.target, fromForwarded.target);
  const said = whole(fromOriginal) ?? whole(fromForwarded);
  if (said === undefined) throw unclear('does not name the method, scheme, host and path it asks for');
  const { method, scheme, host, target } = said;
  if (!methodPattern.test(method)) throw unclear('named a method that is none');
  if (!targetPattern.test(target)) throw unclear('named a path that is none');
  const origin = hostPattern.test(host) ? URL.parse(`${scheme}://${host}`)?.origin : undefined;
  if (origin === undefined || !audiences.has(origin)) {
    throw unclear(`asks for ${scheme}://${host}, which is not among OLD_SITES`);
  }
  return { method, audience: origin, target, isWebSocket: isHandshake(headers) };
}

/** By the headers that no browser's handshake is without (RFC 6455 §4.1); proxies drop Upgrade itself. */
function isHandshake(headers: IncomingHttpHeaders): boolean {
  const signs = ['sec-websocket-key', 'sec-websocket-version', 'upgrade', 'x-original-upgrade'];
  return signs.some((name) => headers[name] !== undefined && headers[name] !== '');
}
