/** A browser on the jar: it navigates, fetches, opens sockets and runs scripts as browsers of its kind do. */
import assert from 'node:assert/strict';
import type { Endpoint, ReplyOf } from '@slipmat/contract/endpoint';
import type { Problem, ProblemCode } from '@slipmat/contract/problems';
import { csrfHeader, sessionHeader, sessionsEndpoints } from '@slipmat/contract/sessions';
import type * as z from 'zod/mini';
import type { Clock } from '#server/platform/clock.ts';
import { type Answered, json } from '../exchange.ts';
import { type CallInput, pathOf, problemIn } from '../people.ts';
import { connectSocket, type SocketClient } from '../socket-client.ts';
import type { BrowserKind } from './browser-kinds.ts';
import { type Faults, Jar, type Order, type Outcome, type Situation } from './jar.ts';
import type { Network, RequestHeaders } from './network.ts';
import { isPublicSuffix, isSameSite, siteOf } from './sites.ts';

export interface ModelBrowserOptions {
  readonly kind: BrowserKind;
  readonly clock: Pick<Clock, 'now'>;
  /** Instead of the kind's own. */
  readonly order?: Order;
  readonly seed?: number;
  readonly faults?: Faults;
}

export interface FetchOptions {
  readonly method?: string;
  readonly headers?: RequestHeaders;
  readonly body?: string;
  /** As in `fetch()`; `include` unless said. */
  readonly credentials?: 'same-origin' | 'include' | 'omit';
}

/** What a browser tells a server about a request beside its cookies. */
interface Manner {
  readonly method: string;
  readonly mode: 'navigate' | 'cors' | 'websocket';
  /** The page that asks; undefined: the person typed the address. */
  readonly from: URL | undefined;
}

/** Followed at most; browsers stop at about twenty. */
const redirectLimit = 10;

let browsers = 0;

/** Each browser has an address of its own, so that no limit by address is shared by accident. */
function newAddress(): string {
  browsers += 1;
  return `10.${100 + ((browsers >> 16) & 63)}.${(browsers >> 8) & 255}.${browsers & 255}`;
}

function siteRelation(from: URL | undefined, to: URL): 'none' | 'same-origin' | 'same-site' | 'cross-site' {
  if (from === undefined) return 'none';
  if (from.origin === to.origin) return 'same-origin';
  return isSameSite(from, to) ? 'same-site' : 'cross-site';
}

export class ModelBrowser {
  readonly kind: BrowserKind;
  readonly jar: Jar;
  readonly address: string = newAddress();
  readonly #network: Network;
  /** The page that is open. */
  page: URL | undefined;
  /** What a page sends where the browser names no origin; pages learn it from `/api/auth/me`. */
  csrfToken: string | null = null;

  constructor(network: Network, { kind, clock, order, seed, faults }: ModelBrowserOptions) {
    this.kind = kind;
    this.#network = network;
    this.jar = new Jar({
      now: () => clock.now(),
      isPublicSuffix,
      order: order ?? kind.order,
      withoutSameSite: kind.withoutSameSite,
      faults: { ...kind.faults, ...faults },
      ...(seed === undefined ? {} : { seed }),
    });
  }

  #headers({ method, mode, from }: Manner, to: URL): RequestHeaders {
    const isUnsafe = method !== 'GET' && method !== 'HEAD';
    const relation = siteRelation(from, to);
    const isCors = mode === 'cors' && relation !== 'same-origin';
    const namesOrigin =
      from !== undefined && (mode === 'websocket' || (this.kind.sendsOrigin && (isUnsafe || isCors)));
    return {
      'user-agent': this.kind.userAgent,
      'x-forwarded-for': this.address,
      accept: mode === 'navigate' ? 'text/html,application/xhtml+xml,*/*;q=0.8' : '*/*',
      ...(namesOrigin ? { origin: from.origin } : {}),
      ...(from !== undefined && this.kind.sendsOrigin && mode !== 'websocket'
        ? { referer: relation === 'same-origin' ? from.href : `${from.origin}/` }
        : {}),
      ...(this.kind.sendsFetchMetadata && to.protocol !== 'http:'
        ? {
            'sec-fetch-site': relation,
            'sec-fetch-mode': mode,
            'sec-fetch-dest': mode === 'navigate' ? 'document' : mode === 'cors' ? 'empty' : 'websocket',
            ...(mode === 'navigate' ? { 'sec-fetch-user': '?1' } : {}),
          }
        : {}),
    };
  }

  #situation({ method, mode, from }: Manner, url: URL): Situation {
    const isTopLevelNavigation = mode === 'navigate';
    return { url, method, isSameSite: from === undefined || isSameSite(from, url), isTopLevelNavigation };
  }

  async #send(
    url: URL,
    manner: Manner,
    more: { headers?: RequestHeaders; body?: string | undefined; isWithCookies: boolean; isLost?: boolean },
  ): Promise<Answered> {
    const situation = this.#situation(manner, url);
    const cookie = more.isWithCookies ? this.jar.header(situation) : undefined;
    const answered = await this.#network.send({
      url,
      method: manner.method,
      headers: {
        ...this.#headers(manner, url),
        ...(cookie === undefined ? {} : { cookie }),
        ...more.headers,
      },
      ...(more.body === undefined ? {} : { body: more.body }),
    });
    if (more.isWithCookies && more.isLost !== true) this.#take(answered, situation);
    return answered;
  }

  #take(answered: Answered, situation: Situation): void {
    for (const line of answered.headers['set-cookie'] ?? []) this.jar.set(line, situation);
    const cleared = String(answered.headers['clear-site-data'] ?? '');
    if (cleared.includes('"cookies"')) this.jar.clearSite(siteOf(situation.url.hostname));
  }

  async #navigate(url: URL, manner: Manner, body?: string): Promise<Answered> {
    const headers = body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
    let to = url;
    let answered = await this.#send(to, manner, { headers, body, isWithCookies: true });
    for (let hops = 0; hops < redirectLimit; hops += 1) {
      const { location } = answered.headers;
      if (location === undefined || answered.status < 300 || answered.status > 399) break;
      to = new URL(location, to);
      answered = await this.#send(to, { ...manner, method: 'GET' }, { isWithCookies: true });
    }
    this.page = to;
    return answered;
  }

  /** The person types an address or opens a bookmark. */
  visit(address: string): Promise<Answered> {
    return this.#navigate(new URL(address), { method: 'GET', mode: 'navigate', from: undefined });
  }

  /** As `visit`, but the answer is lost on its way. @returns what was lost. */
  visitInVain(address: string): Promise<Answered> {
    const manner = { method: 'GET', mode: 'navigate', from: undefined } as const;
    return this.#send(new URL(address), manner, { isWithCookies: true, isLost: true });
  }

  /** The person follows a link of the page. */
  follow(address: string): Promise<Answered> {
    return this.#navigate(new URL(address, this.page), { method: 'GET', mode: 'navigate', from: this.page });
  }

  /** A form of the page is sent. */
  submit(address: string, body: string): Promise<Answered> {
    const manner = { method: 'POST', mode: 'navigate', from: this.page } as const;
    return this.#navigate(new URL(address, this.page), manner, body);
  }

  #openPage(): URL {
    assert.ok(this.page, 'no page is open');
    return this.page;
  }

  /** A script of the page fetches. */
  fetch(address: string, options: FetchOptions = {}): Promise<Answered> {
    const from = this.#openPage();
    const url = new URL(address, from);
    const { method = 'GET', headers = {}, body, credentials = 'include' } = options;
    const isWithCookies =
      credentials === 'include' || (credentials === 'same-origin' && url.origin === from.origin);
    return this.#send(url, { method, mode: 'cors', from }, { headers, body, isWithCookies });
  }

  /** Calls an endpoint of the page's own server, as the web client does. */
  ask<E extends Endpoint>(endpoint: E, input: CallInput<E> = {}): Promise<Answered> {
    const { params, query, body } = input;
    assert.ok(!(body instanceof Uint8Array), 'uploads are not modelled');
    const isUnsafe = endpoint.method !== 'GET';
    return this.fetch(pathOf(endpoint, params, query), {
      method: endpoint.method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(isUnsafe && this.csrfToken !== null ? { [csrfHeader]: this.csrfToken } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  /** The reply of an endpoint; fails the test on a problem. */
  async call<E extends Endpoint>(endpoint: E, input: CallInput<E> = {}): Promise<ReplyOf<E>> {
    const answered = await this.ask(endpoint, input);
    assert.equal(answered.status, endpoint.status ?? 200, `${endpoint.path}: ${answered.body.toString()}`);
    return parseReply<E['reply']>(endpoint.reply, json(answered));
  }

  /** The problem that it is answered with; fails the test on success and on another code. */
  async refused<E extends Endpoint>(
    endpoint: E,
    code: ProblemCode,
    input: CallInput<E> = {},
  ): Promise<Problem> {
    const problem = problemIn(await this.ask(endpoint, input));
    assert.equal(problem.code, code, `${endpoint.path}: ${JSON.stringify(problem)}`);
    return problem;
  }

  /** What a page does first: asks who it is, and keeps the token for browsers that name no origin. */
  async whoAmI(): Promise<ReplyOf<typeof sessionsEndpoints.me>> {
    const me = await this.call(sessionsEndpoints.me);
    this.csrfToken = me.csrfToken;
    return me;
  }

  /** A `/realtime` socket of the page to its own host or another one. */
  socket(host: string = this.#openPage().host): Promise<SocketClient> {
    const from = this.#openPage();
    const url = new URL(`wss://${host}/realtime`);
    const manner = { method: 'GET', mode: 'websocket', from } as const;
    const cookie = this.jar.header(this.#situation(manner, url));
    const { origin, headers } = this.#network.socket(url, {
      ...this.#headers(manner, url),
      ...(cookie === undefined ? {} : { cookie }),
    });
    return connectSocket(origin, { headers });
  }

  /** A script of the page writes `document.cookie`. */
  script(line: string): Outcome {
    const situation = { url: this.#openPage(), isSameSite: true, isTopLevelNavigation: true };
    return this.jar.set(line, situation, 'script');
  }

  /** The Cookie header that a navigation to the address would have; empty without cookies. */
  cookieHeader(address: string): string {
    return this.jar.header({ url: new URL(address), isSameSite: true, isTopLevelNavigation: true }) ?? '';
  }

  /** The browser is closed and opened again; pages are gone. */
  restart(): void {
    this.jar.restart();
    this.page = undefined;
    this.csrfToken = null;
  }
}

function parseReply<S extends z.ZodMiniType>(schema: S, value: unknown): z.output<S> {
  return schema.parse(value);
}

/** The session that an answer was given for: a short public hash, "none" or "conflict". */
export function sessionOf(answered: Answered): string {
  return String(answered.headers[sessionHeader]);
}
