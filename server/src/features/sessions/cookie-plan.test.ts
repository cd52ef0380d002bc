import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Candidate, SentCookies } from './cookie-header.ts';
import { type CookiePlan, type Placing, planCookies } from './cookie-plan.ts';
import { type CookiePolicy, declarePolicy } from './policies.ts';
import type { CredentialRecord, LiveCredential, Resolution } from './resolve.ts';

const now = 1_000_000_000;
const day = 24 * 3_600_000;
const wish = { secure: true, host: 'radio.example', otherHosts: [] };
const v1 = declarePolicy(1, { ...wish, domain: undefined });
const v2 = declarePolicy(2, { ...wish, domain: 'radio.example' });
const policies = [v1, v2];

function live(policy: CookiePolicy, changed: Partial<CredentialRecord> = {}): LiveCredential {
  const id = changed.id ?? `of ${policy.name}`;
  const candidate: Candidate = {
    name: policy.name,
    value: id,
    credentialId: id,
    secret: id,
    isForeign: false,
  };
  const record: CredentialRecord = {
    id,
    policy: policy.name,
    secretHash: '',
    issuedAt: now - 1_000,
    firstSeenAt: now,
    graceUntil: null,
    sessionId: 'session',
    startedAt: 0,
    lastSeenAt: now,
    idleExpiresAt: now + day,
    absoluteExpiresAt: now + day,
    endedAt: null,
    authenticatedAt: null,
    awaited: undefined,
    refused: undefined,
    person: {
      id: 'ann',
      handle: 'ann',
      displayName: 'Ann',
      email: '',
      createdAt: 0,
      emailVerifiedAt: null,
      groups: [],
      pausedGroups: [],
    },
    ...changed,
  };
  return { candidate, record };
}

const oldSite: LiveCredential = {
  ...live(v1, { id: 'django', policy: 'old:sessionid' }),
  candidate: { name: 'sessionid', value: 'x', credentialId: 'django', secret: 'x', isForeign: true },
};

function signedIn(...all: readonly [LiveCredential, ...LiveCredential[]]): Resolution {
  return { kind: 'signed-in', credential: all[0], live: all };
}

const anonymous: Resolution = { kind: 'anonymous', reason: 'unknown', replaced: undefined };

/** Names that came, once each unless said otherwise. */
function came(...names: readonly string[]): SentCookies {
  const pairs = new Map<string, number>();
  for (const name of names) pairs.set(name, (pairs.get(name) ?? 0) + 1);
  return { candidates: [], pairs, hasUnknownOwn: false };
}

const before: Placing = { base: v1, next: undefined, takesPart: false };
const within: Placing = { base: v1, next: v2, takesPart: true };
const without: Placing = { base: v1, next: v2, takesPart: false };
const after: Placing = { base: v2, next: undefined, takesPart: false };
const refusedV2 = { refused: { policy: v2.name, until: now + 1 } };

/** In one line: what goes, what is set again, what is renewed and under which policy. */
function told(plan: CookiePlan): string {
  const parts = [
    ...plan.expire.map((policy) => `-${policy.version}`),
    ...plan.again.map(
      ({ record }) =>
        `again ${record.id.replace('of __Host-slipmat', '1').replace('of __Secure-slipmat-2', '2')}`,
    ),
    ...(plan.renew === undefined ? [] : [`+${plan.renew.under.version}`]),
  ];
  return parts.join(', ');
}

const table: readonly (readonly [string, Resolution, SentCookies, Placing, string])[] = [
  ['nobody, nothing sent', anonymous, came(), before, ''],
  ['nobody, dead cookies of both policies', anonymous, came(v1.name, v2.name), before, '-1, -2'],
  ['a young one', signedIn(live(v1)), came(v1.name), before, ''],
  ['an old one is renewed', signedIn(live(v1, { issuedAt: now - day })), came(v1.name), before, '+1'],
  [
    'an old one that was replaced, and came alone, is left alone',
    signedIn(live(v1, { issuedAt: now - day, graceUntil: now + 1 })),
    came(v1.name),
    before,
    '',
  ],
  ['not part of the roll-out', signedIn(live(v1)), came(v1.name), without, ''],
  ['part of it: the new one besides', signedIn(live(v1)), came(v1.name), within, '+2'],
  ['both came: nothing more', signedIn(live(v2), live(v1)), came(v1.name, v2.name), within, ''],
  [
    'the new one was seen: the old one goes',
    signedIn(live(v2), live(v1, { graceUntil: now + 1 })),
    came(v1.name, v2.name),
    within,
    '-1',
  ],
  ['paused: who has the new one keeps it', signedIn(live(v2)), came(v2.name), without, ''],
  ['refused: the old one goes on', signedIn(live(v1, refusedV2)), came(v1.name), within, ''],
  [
    'refused: and is renewed as before',
    signedIn(live(v1, { ...refusedV2, issuedAt: now - day })),
    came(v1.name),
    within,
    '+1',
  ],
  [
    'refused long ago: tried again',
    signedIn(live(v1, { refused: { policy: v2.name, until: now } })),
    came(v1.name),
    within,
    '+2',
  ],
  ['complete: an old one is moved', signedIn(live(v1)), came(v1.name), after, '+2'],
  ['complete, but refused: the old one still works', signedIn(live(v1, refusedV2)), came(v1.name), after, ''],
  ['rolled back: the old one again', signedIn(live(v2)), came(v2.name), before, '+1'],
  ['the old site’s only: one of ours', signedIn(oldSite), came(), before, '+1'],
  ['the old site’s beside ours: nothing', signedIn(live(v1), oldSite), came(v1.name), before, ''],
  [
    'a twin of one name: away wherever it is, the live one again',
    signedIn(live(v2)),
    came(v2.name, v2.name),
    after,
    '-2, again 2',
  ],
  ['a dead one of the other name beside it', signedIn(live(v2)), came(v1.name, v2.name), after, '-1'],
  ['two people: nothing is chosen', { kind: 'conflict', live: [] }, came(v1.name, v2.name), within, ''],
];

for (const [what, resolution, sent, placing, expected] of table) {
  test(`cookies: ${what}`, () => {
    const plan = planCookies({ resolution, sent, policies, placing, now, rotateAfter: day });
    assert.equal(told(plan), expected);
  });
}
