/** Many browsers of many kinds, signed in without passwords, and what they find when they come. */
import assert from 'node:assert/strict';
import { publicHash } from '#server/features/sessions/index.ts';
import { newId } from '#server/platform/random.ts';
import type { TestApp } from '../start-app.ts';
import { sessionsOf } from './bare-sessions.ts';
import { type BrowserKind, browserKinds } from './browser-kinds.ts';
import type { Faults, Order } from './jar.ts';
import { type ModelBrowser, sessionOf } from './model-browser.ts';
import { oldOrigin, origin, type Stage, sharedCookie, valuesOf } from './stage.ts';

/** Of a hundred browsers, so many are of the kind. */
const mix: readonly (readonly [BrowserKind, number])[] = [
  [browserKinds.chrome, 30],
  [browserKinds.chromeOnAndroid, 20],
  [browserKinds.safari, 16],
  [browserKinds.firefox, 11],
  [browserKinds.iosWebView, 8],
  [browserKinds.edge, 5],
  [browserKinds.oldSafari, 4],
  [browserKinds.androidWebView, 3],
  [browserKinds.privacy, 3],
];
const kinds: readonly BrowserKind[] = mix.flatMap(([kind, share]) =>
  Array.from({ length: share }, () => kind),
);

/** One in so many sorts its cookies as no browser promises not to. */
const oddOrders: ReadonlyMap<number, Order> = new Map([
  [7, 'reversed'],
  [13, 'random'],
]);

/** A browser of the crowd. */
export interface Visitor {
  readonly browser: ModelBrowser;
  /** Public hash of the session that it was signed in with: it must never be another one. */
  readonly session: string;
  readonly sessionId: string;
  /** Faults that it has as long as they are there. */
  faults: Faults;
}

/** What visitors found. Everything but `visits` and `requests` is something that must not be. */
export interface Tally {
  visits: number;
  requests: number;
  /** Another session than its own. */
  split: number;
  signedOut: number;
  conflicts: number;
  /** Refused, or not answered with success. */
  failed: number;
}

export function emptyTally(): Tally {
  return { visits: 0, requests: 0, split: 0, signedOut: 0, conflicts: 0, failed: 0 };
}

/** Below what the server lets wait to be written. */
const signInsAtOnce = 1_000;
/** Below the limit of devices per person. */
const sessionsPerPerson = 40;

async function insertPeople(site: TestApp, count: number): Promise<string[]> {
  const { clock, random, db } = site.deps;
  const ids = Array.from({ length: count }, () => newId(clock, random));
  const now = clock.now();
  await db.write(async (trx) => {
    for (const [index, id] of ids.entries()) {
      const handle = `crowd-${index}`;
      await trx
        .insertInto('people')
        .values({
          id,
          handle,
          email: `${handle}@example.com`,
          display_name: handle,
          password_hash: '!',
          created_at: now,
        })
        .execute();
    }
  });
  return ids;
}

/** So many browsers, each signed in with the first cookie. */
export async function aCrowd(stage: Stage, size: number): Promise<Visitor[]> {
  const people = await insertPeople(stage.site, Math.ceil(size / sessionsPerPerson));
  const sessions = await sessionsOf(stage.site);
  const situation = { url: new URL(`${origin}/`), isSameSite: true, isTopLevelNavigation: true };
  const signIn = async (index: number): Promise<Visitor> => {
    const kind = kinds[index % kinds.length] ?? browserKinds.chrome;
    const visitor: { faults: Faults } = { faults: {} };
    const browser = stage.browser(kind, oddOrders.get(index % 41), {
      ignores: (name) => visitor.faults.ignores?.(name) === true,
    });
    const { session, cookieLines } = await sessions.start(people[index % people.length] ?? '', {
      cookieHeader: undefined,
      userAgent: kind.userAgent,
      address: browser.address,
      host: 'slipmat.test',
      path: '/',
      signedOutAt: null,
    });
    for (const line of cookieLines) assert.deepEqual(browser.jar.set(line, situation), { kept: true });
    return Object.assign(visitor, { browser, session, sessionId: '' });
  };
  const crowd: Visitor[] = [];
  while (crowd.length < size) {
    const next = Array.from({ length: Math.min(signInsAtOnce, size - crowd.length) }, (_, index) =>
      signIn(crowd.length + index),
    );
    crowd.push(...(await Promise.all(next)));
  }
  const rows = await stage.site.deps.db.read.selectFrom('sessions').select('id').execute();
  const ids = new Map(rows.map(({ id }) => [publicHash(id), id] as const));
  return crowd.map((visitor) => Object.assign(visitor, { sessionId: ids.get(visitor.session) ?? '' }));
}

function note(tally: Tally, visitor: Visitor, session: string, status: number): void {
  tally.requests += 1;
  if (status !== 200) tally.failed += 1;
  if (session === 'conflict') tally.conflicts += 1;
  else if (session === 'none') tally.signedOut += 1;
  else if (session !== visitor.session) tally.split += 1;
}

const OldAnswer = /"session": ?"([\w-]+)"/;

/** The page and what it asks; with `isDeep` another API, a change and the old service too. */
export async function visit(visitor: Visitor, tally: Tally, isDeep = false): Promise<void> {
  const { browser, session } = visitor;
  tally.visits += 1;
  tally.requests += 1;
  const page = await browser.visit(`${origin}/`);
  if (page.status !== 200) tally.failed += 1;
  const me = await browser.fetch('/api/auth/me');
  note(tally, visitor, sessionOf(me), me.status);
  browser.csrfToken = /"csrfToken":"([\w-]+)"/.exec(me.body.toString())?.[1] ?? null;
  if (!isDeep) return;
  const events = await browser.fetch('/api/events');
  note(tally, visitor, sessionOf(events), events.status);
  const change = await browser.fetch('/api/auth/repair', {
    method: 'POST',
    headers: { 'slipmat-csrf': browser.csrfToken ?? '' },
  });
  note(tally, visitor, sessionOf(change), change.status);
  if (valuesOf(browser, sharedCookie).length === 0) return;
  const old = await browser.fetch(`${oldOrigin}/slipmat/whoami`);
  note(tally, visitor, OldAnswer.exec(old.body.toString())?.[1] ?? session, old.status);
}

/** Visits under way at once. */
const atOnce = 48;
/** One visit in so many is a deep one. */
const deepEvery = 6;

/** Everybody comes once. @returns what they found. */
export async function allVisit(visitors: readonly Visitor[], tally: Tally): Promise<void> {
  const waiting = visitors.entries();
  const workers = Array.from({ length: atOnce }, async () => {
    for (const [index, visitor] of waiting) await visit(visitor, tally, index % deepEvery === 0);
  });
  await Promise.all(workers);
}
