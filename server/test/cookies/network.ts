/**
 * What lies between a model browser and the servers: names of hosts that lead to ports of this machine, as a
 * reverse proxy with certificates would. A hop can alter what passes, for proxies that are set wrongly.
 */
import { Agent, type OutgoingHttpHeaders, request } from 'node:http';
import type { Answered } from '../exchange.ts';
import type { Owner } from '../services/daemon.ts';

export type RequestHeaders = Readonly<Record<string, string>>;

/** A hop of the way that alters what passes it. */
export interface Hop {
  /** Answers without asking the server. */
  readonly instead?: (outgoing: Outgoing) => Answered | undefined;
  readonly request?: (headers: RequestHeaders) => RequestHeaders;
  readonly answer?: (answered: Answered, outgoing: Outgoing) => Answered;
}

export interface Outgoing {
  readonly url: URL;
  readonly method: string;
  readonly headers: RequestHeaders;
  readonly body?: string;
}

/** A server that is a function: for stacks that only exist to be compared with. */
export type Handler = (outgoing: Outgoing) => Promise<Answered>;

interface Route {
  /** Ports take turns. */
  readonly to: readonly number[] | Handler;
  readonly hop: Hop;
}

/** A test server answers in milliseconds; one that hangs fails the test instead of stopping it. */
const answerWithinMs = 20_000;
/** Connections to one server: enough to keep it busy, and few enough for the machine's ports. */
const connections = 64;

/** Reads an answer that a `Handler` gives. */
export function answer(status: number, setCookie: readonly string[], body: unknown): Answered {
  return { status, headers: { 'set-cookie': [...setCookie] }, body: Buffer.from(JSON.stringify(body)) };
}

/** A hop that alters the `Set-Cookie` lines of every answer. */
export function onCookieLines(change: (lines: readonly string[]) => readonly string[]): Hop {
  return {
    answer(answered) {
      const lines = change(answered.headers['set-cookie'] ?? []);
      return { ...answered, headers: { ...answered.headers, 'set-cookie': [...lines] } };
    },
  };
}

export class Network {
  readonly #routes = new Map<string, Route>();
  #turn = 0;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: connections });

  /** Its connections end with the owner. */
  constructor(owner: Owner) {
    owner.after(async () => this.#agent.destroy());
  }

  /** Leads a host to ports of this machine, which take turns, or to a function, from now on. */
  route(host: string, to: readonly number[] | Handler, hop: Hop = {}): void {
    this.#routes.set(host, { to, hop });
  }

  #next(ports: readonly number[]): number {
    this.#turn += 1;
    return ports[this.#turn % ports.length] ?? 0;
  }

  #routeOf(url: URL): Route {
    const route = this.#routes.get(url.hostname);
    if (route === undefined) throw new Error(`no route to ${url.hostname}`);
    return route;
  }

  /** Headers as the server gets them. */
  #passed({ hop }: Route, { url, headers }: Pick<Outgoing, 'url' | 'headers'>): RequestHeaders {
    const scheme = url.protocol.replace('ws', 'http').replace(':', '');
    const given = { ...headers, host: url.host, 'x-forwarded-proto': scheme };
    return hop.request?.(given) ?? given;
  }

  /** Where a socket of the address connects to, and with which headers. */
  socket(url: URL, headers: RequestHeaders): { readonly origin: string; readonly headers: RequestHeaders } {
    const route = this.#routeOf(url);
    if (typeof route.to === 'function') throw new Error(`${url.hostname} takes no sockets`);
    return {
      origin: `http://127.0.0.1:${this.#next(route.to)}`,
      headers: this.#passed(route, { url, headers }),
    };
  }

  async send(outgoing: Outgoing): Promise<Answered> {
    const route = this.#routeOf(outgoing.url);
    const headers = this.#passed(route, outgoing);
    const instead = route.hop.instead?.({ ...outgoing, headers });
    if (instead !== undefined) return instead;
    const answered =
      typeof route.to === 'function'
        ? await route.to({ ...outgoing, headers })
        : await this.#exchange(this.#next(route.to), { ...outgoing, headers });
    return route.hop.answer?.(answered, outgoing) ?? answered;
  }

  /** A request to a server past names and hops, with exactly these headers beside the body's length. */
  toServer(
    port: number,
    {
      path,
      method = 'GET',
      ...rest
    }: { path: string; method?: string; headers: RequestHeaders; body?: string },
  ): Promise<Answered> {
    return this.#exchange(port, { url: new URL(path, `http://127.0.0.1:${port}`), method, ...rest });
  }

  #exchange(port: number, { url, method, headers, body }: Outgoing): Promise<Answered> {
    const { promise, resolve, reject } = Promise.withResolvers<Answered>();
    const length: OutgoingHttpHeaders =
      body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const sent = request({
      agent: this.#agent,
      host: '127.0.0.1',
      port,
      method,
      path: `${url.pathname}${url.search}`,
      headers: { ...headers, ...length },
      timeout: answerWithinMs,
    });
    sent.on('response', (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(chunks) });
      });
      incoming.on('error', reject);
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer')));
    sent.on('error', reject);
    sent.end(body);
    return promise;
  }
}
