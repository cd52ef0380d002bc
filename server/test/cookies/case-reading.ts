/** Cases 2, 12 and 19 on the parser, the resolver and the guard alone, so that they can be run over many seeds. */
import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { type KnownNames, readCookies } from '#server/features/sessions/cookie-header.ts';
import { type CredentialRecord, resolve } from '#server/features/sessions/resolve.ts';
import { judgeOrigin, type OriginFacts } from '#server/http/origin-guard.ts';
import { hashToken } from '#server/platform/token.ts';
import { seeded, shuffled } from './chance.ts';

const now = Date.UTC(2026, 0, 1);
const names: KnownNames = { own: new Set(['__Host-slipmat', '__Secure-slipmat-2']), foreign: 'sessionid' };

/** Says who a Cookie header is: a session's id, `conflict`, or `nobody`. */
export type Reader = (header: string, records: readonly CredentialRecord[]) => string;

/** The server's own parser and resolver. */
export const ourReader: Reader = (header, records) => {
  const { candidates } = readCookies(header, names);
  const resolution = resolve(candidates, records, now);
  if (resolution.kind === 'signed-in') return resolution.credential.record.sessionId;
  return resolution.kind === 'conflict' ? 'conflict' : 'nobody';
};

/** A reader that takes one cookie by its place, as most libraries do. */
export function naiveReader(pick: 'first' | 'last'): Reader {
  return (header, records) => {
    const pairs = header.split('; ').filter((pair) => names.own.has(pair.slice(0, pair.indexOf('='))));
    return ourReader((pick === 'first' ? pairs[0] : pairs.at(-1)) ?? '', records);
  };
}

/** A reader that tidies what it reads first, as Python's `str.strip` does. */
export function tidyingReader(tidy: (part: string) => string): Reader {
  return (header, records) => {
    const pairs = header.split(';').map((pair) => pair.split('=').map(tidy).join('='));
    return ourReader(pairs.join(';'), records);
  };
}

/** A stored credential and the pair that proves it. */
function aCredential(name: string, session: string, person: string, more: Partial<CredentialRecord> = {}) {
  const id = session.padEnd(22, 'i');
  const secret = session.padEnd(43, 's');
  const record: CredentialRecord = {
    id,
    policy: name,
    secretHash: hashToken(secret),
    issuedAt: now - 1_000,
    firstSeenAt: now - 500,
    graceUntil: null,
    sessionId: session,
    startedAt: now - 1_000,
    lastSeenAt: now - 500,
    idleExpiresAt: now + 1_000_000,
    absoluteExpiresAt: now + 1_000_000,
    endedAt: null,
    authenticatedAt: null,
    awaited: undefined,
    refused: undefined,
    person: {
      id: person,
      handle: person,
      displayName: person,
      email: `${person}@x`,
      createdAt: 0,
      emailVerifiedAt: null,
      pausedGroups: [],
      groups: [],
    },
    ...more,
  };
  return { record, pair: `${name}=v1.${id}.${secret}` };
}

const seeds = 1_000;

/** Case 2: whatever the order, the same cookies are the same person. */
export function everyOrderAgrees(reader: Reader): void {
  const live = aCredential('__Secure-slipmat-2', 'live', 'ann');
  const old = aCredential('__Host-slipmat', 'live', 'ann', {
    graceUntil: now + 1_000,
    issuedAt: now - 2_000,
  });
  const gone = aCredential('__Secure-slipmat-2', 'gone', 'ann');
  const ended = aCredential('__Host-slipmat', 'ended', 'ben', { endedAt: now - 1 });
  const ben = aCredential('__Host-slipmat', 'other', 'ben');
  const records = [live.record, { ...old.record, id: 'o'.repeat(22) }, ended.record, ben.record];
  const noise = ['sessionid=1', 'theme=dark', '__Host-slipmat=junk'];
  const crowds: readonly (readonly [readonly string[], string])[] = [
    [[gone.pair, live.pair], 'live'],
    [[gone.pair, ended.pair, live.pair, ...noise], 'live'],
    [[gone.pair, ended.pair, ...noise], 'nobody'],
    [[live.pair, ben.pair, gone.pair], 'conflict'],
  ];
  for (let seed = 0; seed < seeds; seed += 1) {
    const random = seeded(seed);
    for (const [pairs, expected] of crowds) {
      const header = shuffled(pairs, random).join('; ');
      assert.equal(reader(header, records), expected, `seed ${seed}: ${header}`);
    }
  }
}

/** Names that look like ours, each with what a careless reader makes of it. */
const confusing: readonly string[] = [
  '\u2000__Host-slipmat',
  '\u00a0__Host-slipmat',
  '__Host-slipmat\u3000',
  '\u0085__Host-slipmat',
  '__host-slipmat',
  '__HOST-SLIPMAT',
  '__Host-Slipmat',
  '$Version=1; $__Host-slipmat',
  '__Host-slipmat%20',
  '__Host%2Dslipmat',
  '"__Host-slipmat"',
  '__proto__',
  'constructor',
  '',
];

/** A reader that reads 200 candidates in longer than this does more than look at each. */
const longestMs = 50;

/** Case 12: nothing but the exact name with an exact value is ours, and numbers hide nothing. */
export function confusingNamesAreNothing(reader: Reader): void {
  const { record, pair } = aCredential('__Host-slipmat', 'live', 'ann');
  const value = pair.slice(pair.indexOf('=') + 1);
  for (const name of confusing) {
    assert.equal(reader(`${name}=${value}`, [record]), 'nobody', JSON.stringify(name));
    assert.equal(reader(`${name}=x; ${pair}; ${name}=x`, [record]), 'live', JSON.stringify(name));
  }
  for (const wrong of [
    `"${value}"`,
    ` ${value} x`,
    `${value}=`,
    encodeURIComponent(`${value}?`),
    value.slice(1),
  ]) {
    assert.equal(reader(`__Host-slipmat=${wrong}`, [record]), 'nobody', wrong);
  }
  const copies = Array.from({ length: 200 }, (_, index) => `__Host-slipmat=${index}`);
  for (const place of [0, 100, 200]) {
    const header = copies.toSpliced(place, 0, pair).join('; ');
    // The shortest of a few, which nothing else on the machine held up.
    const times = Array.from({ length: 5 }, () => {
      const began = performance.now();
      assert.equal(reader(header, [record]), 'live', `place ${place}`);
      return performance.now() - began;
    });
    assert.ok(Math.min(...times) < longestMs, `${times.join(', ')} ms`);
  }
  assert.equal(Object.hasOwn(Object.prototype, 'x'), false);
}

/** Case 12, with the old site's cookie: junk under its name hides no session that was adopted before. */
export function junkHidesNothingForeign(reader: Reader): void {
  const value = 'k'.repeat(32);
  const id = hash('sha256', `sessionid=${value}`, 'base64url').slice(0, 22);
  const { record } = aCredential('old:sessionid', 'adopted', 'ann', { id, secretHash: hashToken(value) });
  const junk = Array.from({ length: 50 }, (_, index) => `sessionid=${index}`);
  for (const place of [0, 25, 50]) {
    const header = junk.toSpliced(place, 0, `sessionid=${value}`).join('; ');
    assert.equal(reader(header, [record]), 'adopted', `place ${place}`);
  }
}

const own = 'https://slipmat.test';
const trusted = 'https://app.slipmat.test';
const sibling = 'https://old.slipmat.test';
const sites = ['same-origin', 'same-site', 'cross-site', 'none', 'invented', undefined] as const;
const origins = [own, trusted, sibling, 'https://evil.test', 'null', undefined] as const;

/** Decides as the server's guard does. `host` and `authorization` are what careless guards look at. */
export type Guard = (facts: OriginFacts & { host: string; hasAuthorization: boolean }) => 'pass' | 'refuse';

export const ourGuard: Guard = ({ host: _host, hasAuthorization: _bearer, ...facts }) =>
  judgeOrigin(facts, new Set([own, trusted])) === undefined ? 'pass' : 'refuse';

/** Guards as they are found elsewhere, each with one of the known mistakes. */
export const carelessGuards: Readonly<Record<string, Guard>> = {
  'lets siblings in': (facts) => (facts.secFetchSite === 'same-site' ? 'pass' : ourGuard(facts)),
  'compares with Host': (facts) =>
    facts.origin !== undefined && new URL(facts.origin === 'null' ? own : facts.origin).host === facts.host
      ? 'pass'
      : ourGuard(facts),
  'lets everything through that has an Authorization header': (facts) =>
    facts.hasAuthorization ? 'pass' : ourGuard(facts),
  'forgets sockets': (facts) => (facts.isWebSocket ? 'pass' : ourGuard(facts)),
  'lets through what says nothing': (facts) =>
    facts.origin === undefined && facts.secFetchSite === undefined ? 'pass' : ourGuard(facts),
  'takes an unknown value for ours': (facts) =>
    facts.secFetchSite === 'invented' ? 'pass' : ourGuard(facts),
};

/** What research on the guard asks for, written down once more and independently of the guard's own table. */
function expected(facts: OriginFacts): 'pass' | 'refuse' {
  const isRead = facts.method === 'GET' && !facts.isWebSocket;
  if (isRead || facts.origin === own || facts.origin === trusted) return 'pass';
  if (!facts.isWebSocket && facts.secFetchSite !== undefined) {
    return facts.secFetchSite === 'same-origin' ? 'pass' : 'refuse';
  }
  return facts.origin === undefined && !facts.hasCookie ? 'pass' : 'refuse';
}

/** Case 19: every combination. */
export function everyCombinationIsDecided(guard: Guard): void {
  for (const secFetchSite of sites) {
    for (const origin of origins) {
      for (const hasCookie of [true, false]) {
        for (const hasAuthorization of [true, false]) {
          for (const [method, isWebSocket] of [
            ['GET', false],
            ['POST', false],
            ['GET', true],
          ] as const) {
            const facts = { method, isWebSocket, origin, secFetchSite, hasCookie };
            const given = guard({ ...facts, host: 'old.slipmat.test', hasAuthorization });
            assert.equal(given, expected(facts), JSON.stringify({ ...facts, hasAuthorization }));
          }
        }
      }
    }
  }
}
