/** People with a browser: a cookie jar, an address of their own, and calls typed by the contract. */
import assert from 'node:assert/strict';
import { accountsEndpoints } from '@slipmat/contract/accounts';
import type { Group } from '@slipmat/contract/capabilities';
import type { BodyFor, BytesBody, Endpoint, ParamsFor, QueryFor, ReplyOf } from '@slipmat/contract/endpoint';
import { mailEndpoints } from '@slipmat/contract/mail';
import { Problem, type ProblemCode } from '@slipmat/contract/problems';
import { sessionsEndpoints } from '@slipmat/contract/sessions';
import type * as z from 'zod/mini';
import { type Answered, exchange, json, type Sent } from './exchange.ts';
import { connectSocket, type SocketClient, type SocketOptions } from './socket-client.ts';

/** Where people go: an app of this process or a server process. */
export interface Site {
  readonly origin: string;
}

/** A site whose accounts the test may change without asking anybody, as the command line does. */
export interface OwnSite extends Site {
  readonly app: {
    readonly accounts: { grant(actor: null, handle: string, group: Group): Promise<unknown> };
    readonly emails: { verifyByHand(handle: string): Promise<unknown> };
  };
}

export interface CallInput<E extends Endpoint> {
  readonly params?: ParamsFor<E>;
  readonly query?: QueryFor<E>;
  readonly body?: E['body'] extends BytesBody ? Uint8Array : BodyFor<E>;
  readonly headers?: Sent['headers'];
}

/** A good password that is the same for everybody. */
export const password = 'felt under the needle';

let people = 0;

/** Each person has an address of their own, so that no limit by address is shared by accident. */
function newAddress(): string {
  people += 1;
  return `10.${(people >> 16) & 255}.${(people >> 8) & 255}.${people & 255}`;
}

/** The path of an endpoint with its parameters filled in. */
export function pathOf(endpoint: Endpoint, params: object = {}, query: object = {}): string {
  const path = endpoint.path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => {
    return encodeURIComponent(String(Reflect.get(params, name) ?? name));
  });
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  return search.size === 0 ? path : `${path}?${search}`;
}

function parseReply<S extends z.ZodMiniType>(schema: S, value: unknown): z.output<S> {
  const reply = schema.parse(value);
  assert.deepEqual(reply, value, 'the reply has fields that the contract does not have');
  return reply;
}

export class Browser {
  readonly site: Site;
  readonly address: string = newAddress();
  /** Cookies by name. */
  readonly cookies = new Map<string, string>();

  constructor(site: Site) {
    this.site = site;
  }

  /** The Cookie header, empty without cookies. */
  get cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  /** The same cookies on another site that is the same house: another process behind one address. */
  at(site: Site): Browser {
    const other = new Browser(site);
    for (const [name, value] of this.cookies) other.cookies.set(name, value);
    return other;
  }

  /** Sends a request as a page of the site would, and keeps the cookies of its answer. */
  async fetch(sent: Sent): Promise<Answered> {
    const { cookieHeader } = this;
    const answered = await exchange(this.site.origin, {
      ...sent,
      headers: {
        origin: this.site.origin,
        'x-forwarded-for': this.address,
        'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
        ...(cookieHeader === '' ? {} : { cookie: cookieHeader }),
        ...sent.headers,
      },
    });
    for (const line of answered.headers['set-cookie'] ?? []) this.#keep(line);
    return answered;
  }

  #keep(line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (/; Max-Age=0(;|$)/.test(line)) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }

  #request<E extends Endpoint>(endpoint: E, input: CallInput<E>): Promise<Answered> {
    const { body, headers } = input;
    const isBytes = body instanceof Uint8Array;
    return this.fetch({
      method: endpoint.method,
      path: pathOf(endpoint, input.params, input.query),
      headers: {
        ...(body === undefined ? {} : { 'content-type': isBytes ? 'image/png' : 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: isBytes ? body : JSON.stringify(body) }),
    });
  }

  /** The reply, checked against the contract; fails the test on a problem. */
  async call<E extends Endpoint>(endpoint: E, input: CallInput<E> = {}): Promise<ReplyOf<E>> {
    const answered = await this.#request(endpoint, input);
    assert.equal(answered.status, endpoint.status ?? 200, `${endpoint.path}: ${answered.body.toString()}`);
    return parseReply<E['reply']>(endpoint.reply, json(answered));
  }

  /** The problem that it is answered with; fails the test on success and on another code. */
  async refused<E extends Endpoint>(
    endpoint: E,
    code: ProblemCode,
    input: CallInput<E> = {},
  ): Promise<Problem> {
    const problem = problemIn(await this.#request(endpoint, input));
    assert.equal(problem.code, code, `${endpoint.path}: ${JSON.stringify(problem)}`);
    return problem;
  }

  /** A `/realtime` socket as this browser. */
  socket(options: SocketOptions = {}): Promise<SocketClient> {
    return connectSocket(this.site.origin, {
      ...options,
      headers: {
        origin: this.site.origin,
        'x-forwarded-for': this.address,
        ...(this.cookieHeader === '' ? {} : { cookie: this.cookieHeader }),
        ...options.headers,
      },
    });
  }
}

/** The token of the newest link that was sent to verify the address of somebody, from the owner's outbox. */
export async function linkTokenOf(owner: Browser, handle: string): Promise<string> {
  const { mails } = await owner.call(mailEndpoints.outbox, { query: { q: handle } });
  const mail = mails.find(({ kind, person }) => kind === 'verification' && person.handle === handle);
  assert.ok(mail, `${handle} was sent a link`);
  const { link } = await owner.call(mailEndpoints.show, { params: { id: mail.id } });
  const [, token] = /#token=([\w-]+)$/.exec(link ?? '') ?? [];
  assert.ok(token, `a link with a token: ${link}`);
  return token;
}

/** Verifies somebody's address with the link that is kept in the owner's outbox. */
export async function verifyByOutbox(owner: Browser, handle: string): Promise<void> {
  const token = await linkTokenOf(owner, handle);
  await new Browser(owner.site).call(mailEndpoints.verify, { body: { token } });
}

/** The problem of an answer, with everything that must hold for every problem. */
export function problemIn(answered: Answered): Problem {
  const text = answered.body.toString();
  assert.match(String(answered.headers['content-type']), /^application\/problem\+json/, text);
  const problem = Problem.parse(JSON.parse(text));
  assert.equal(answered.status, problem.status);
  assert.equal(answered.headers['slipmat-reference'], problem.reference, 'reference in body = header');
  assert.match(problem.reference, /^[\w-]{12}$/);
  return problem;
}

/** A browser whose person is signed in. */
export class Person extends Browser {
  readonly id: string;
  readonly handle: string;
  readonly email: string;

  constructor(site: Site, account: { id: string; handle: string; email: string | null }) {
    super(site);
    this.id = account.id;
    this.handle = account.handle;
    this.email = account.email ?? '';
  }

  /** The same person in another browser. */
  async elsewhere(): Promise<Person> {
    const other = new Person(this.site, this);
    await other.call(sessionsEndpoints.signIn, { body: { login: this.handle, password } });
    return other;
  }
}

export interface PersonOptions {
  readonly handle?: string;
  readonly displayName?: string;
}

/** A browser that nobody is signed in with. */
export function aBrowser(site: Site): Browser {
  return new Browser(site);
}

/** Somebody who has signed up. */
export async function aMember(site: Site, options: PersonOptions = {}): Promise<Person> {
  const handle = options.handle ?? `person-${people + 1}`;
  const email = `${handle}@example.com`;
  const body = { handle, email, password, displayName: options.displayName ?? handle };
  const stranger = new Browser(site);
  const { account } = await stranger.call(accountsEndpoints.create, { body });
  const person = new Person(site, account);
  for (const [name, value] of stranger.cookies) person.cookies.set(name, value);
  return person;
}

async function inGroup(site: OwnSite, group: Group, options: PersonOptions): Promise<Person> {
  const person = await aMember(site, options);
  await site.app.accounts.grant(null, person.handle, group);
  await site.app.emails.verifyByHand(person.handle);
  return person;
}

export const aDj = (site: OwnSite, options: PersonOptions = {}) => inGroup(site, 'dj', options);
export const aModerator = (site: OwnSite, options: PersonOptions = {}) => inGroup(site, 'moderator', options);
export const aMentor = (site: OwnSite, options: PersonOptions = {}) => inGroup(site, 'mentor', options);
export const aStaffMember = (site: OwnSite, options: PersonOptions = {}) => inGroup(site, 'staff', options);
export const anOwner = (site: OwnSite, options: PersonOptions = {}) => inGroup(site, 'owner', options);
