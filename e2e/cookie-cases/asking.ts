/** What a page asks Slipmat with the browser's cookies, and how the answers are judged. */
import assert from 'node:assert/strict';
import { sessionsEndpoints } from '@slipmat/contract/sessions';
import { z } from 'zod';
import { type Person, password } from '../../server/test/people.ts';
import type { Tab } from '../engines/tab.ts';

const Said = z.object({
  status: z.int(),
  /** Of the header `slipmat-session`. */
  session: z.nullable(z.string()),
  body: z.unknown(),
});
export type Said = z.output<typeof Said>;

const Code = z.object({ code: z.string(), reference: z.string() });

/** Runs in the page. */
const asks = `async (method, path, body) => {
  const headers = body === null ? {} : { 'content-type': 'application/json' };
  const sent = { method, headers, credentials: 'include', cache: 'no-store' };
  const answer = await fetch(path, body === null ? sent : { ...sent, body: JSON.stringify(body) });
  const text = await answer.text();
  const isJson = /json/.test(answer.headers.get('content-type') ?? '');
  return {
    status: answer.status,
    session: answer.headers.get('slipmat-session'),
    body: isJson ? JSON.parse(text) : null,
  };
}`;

/** Asks from the page that is open, on Slipmat's host. */
export async function ask(tab: Tab, path: string, method = 'GET', body: object | null = null): Promise<Said> {
  const text = JSON.stringify(body);
  return Said.parse(await tab.evaluate(asks, method, path, z.json().parse(JSON.parse(text))));
}

/** The problem that an answer is; fails when it is none. */
export function codeOf(said: Said): string {
  const { code, reference } = Code.parse(said.body);
  assert.match(reference, /^[\w-]{12}$/);
  return code;
}

/** Signs the browser in, as the page of the site does. */
export async function signIn(tab: Tab, { handle }: Pick<Person, 'handle'>): Promise<void> {
  const said = await ask(tab, sessionsEndpoints.signIn.path, 'POST', { login: handle, password });
  assert.equal(said.status, 200, JSON.stringify(said));
}

/** Whom the site takes the browser for. */
export async function handleOf(tab: Tab): Promise<string | null> {
  const said = await ask(tab, sessionsEndpoints.me.path);
  assert.equal(said.status, 200, JSON.stringify(said));
  return sessionsEndpoints.me.reply.parse(said.body).account?.handle ?? null;
}

/** Reads of the API that every page makes; none of them may see somebody else than the others. */
const asked = ['/api/auth/me', '/api/events', '/api/setup', '/api/auth/devices', '/api/auth/check'];

/** Runs in the page: which session the socket names in its hello, or that it closed. */
const greets = `() => new Promise((resolve) => {
  const socket = new WebSocket('wss://' + location.host + '/realtime');
  const end = (said) => { socket.close(); resolve(said); };
  socket.onmessage = ({ data }) => {
    const hello = [JSON.parse(data)].flat().find(({ type }) => type === 'hello');
    if (hello) end(hello.session);
  };
  socket.onclose = ({ code }) => resolve('closed with ' + code);
})`;

/** Which session each API and the socket say that the browser has. */
export async function opinions(tab: Tab): Promise<Map<string, string>> {
  const said = new Map<string, string>();
  for (const path of asked) said.set(path, (await ask(tab, path)).session ?? 'not named');
  said.set('socket', String(await tab.evaluate(greets)));
  return said;
}

/** Fails when they do not all name one session. @returns its public hash, or "none". */
export async function oneOpinion(tab: Tab): Promise<string> {
  const said = await opinions(tab);
  const [first = ''] = said.values();
  assert.deepEqual([...new Set(said.values())], [first], `split: ${JSON.stringify([...said])}`);
  return first;
}

/** Fails when not everything takes the browser for that person. @returns the session's public hash. */
export async function isSignedIn(tab: Tab, { handle }: Pick<Person, 'handle'>): Promise<string> {
  assert.equal(await handleOf(tab), handle, 'is signed in as somebody else, or not at all');
  return oneOpinion(tab);
}

/** Fails unless nobody is signed in. */
export async function isAnonymous(tab: Tab): Promise<void> {
  assert.equal(await handleOf(tab), null);
  assert.equal(await oneOpinion(tab), 'none');
}

/** Cookies of Slipmat that the page would send, as `name` or, of several with one name, once for each. */
export async function ourCookies(tab: Tab): Promise<string[]> {
  const cookies = await tab.cookies();
  return cookies
    .map(({ name }) => name)
    .filter((name) => name.includes('slipmat'))
    .sort();
}

/** How many devices the person sees in the list. */
export async function devicesOf(tab: Tab): Promise<number> {
  const said = await ask(tab, sessionsEndpoints.devices.path);
  return sessionsEndpoints.devices.reply.parse(said.body).devices.length;
}

/** A value that once signed the person in, and does not any more. */
export async function deadValue(person: Person, cookie: string): Promise<string> {
  const other = await person.elsewhere();
  const value = other.cookies.get(cookie) ?? assert.fail(`was not given ${cookie}`);
  await other.call(sessionsEndpoints.signOut);
  return value;
}

/** A value that signs the person in. */
export async function liveValue(person: Person, cookie: string): Promise<string> {
  const other = await person.elsewhere();
  return other.cookies.get(cookie) ?? assert.fail(`was not given ${cookie}`);
}
