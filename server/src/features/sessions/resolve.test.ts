import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashToken } from '#server/platform/token.ts';
import type { Candidate } from './cookie-header.ts';
import { type CredentialRecord, resolve } from './resolve.ts';

const name = '__Host-slipmat';
const now = 1_000_000;

function candidate(credentialId: string, secret = `secret of ${credentialId}`): Candidate {
  return { name, value: `v1.${credentialId}.${secret}`, credentialId, secret, isForeign: false };
}

function record(id: string, personId: string, changed: Partial<CredentialRecord> = {}): CredentialRecord {
  return {
    id,
    policy: name,
    secretHash: hashToken(`secret of ${id}`),
    issuedAt: now - 10,
    firstSeenAt: now - 5,
    graceUntil: null,
    sessionId: `session of ${id}`,
    startedAt: now - 10,
    lastSeenAt: now,
    idleExpiresAt: now + 1,
    absoluteExpiresAt: now + 1,
    endedAt: null,
    authenticatedAt: null,
    awaited: undefined,
    refused: undefined,
    person: {
      id: personId,
      handle: personId,
      displayName: personId,
      email: '',
      createdAt: 0,
      emailVerifiedAt: null,
      groups: [],
      pausedGroups: [],
    },
    ...changed,
  };
}

const revoked = { endedAt: now - 1 };
const idle = { idleExpiresAt: now };
const old = { absoluteExpiresAt: now };
const superseded = { graceUntil: now };

const table: readonly (readonly [string, readonly Candidate[], readonly CredentialRecord[], string])[] = [
  ['nothing sent', [], [], 'no-cookie'],
  ['an unknown id', [candidate('a')], [], 'unknown'],
  ['a wrong secret', [candidate('a', 'wrong')], [record('a', 'ann')], 'unknown'],
  [
    'the secret of another',
    [candidate('a', 'secret of b')],
    [record('a', 'ann'), record('b', 'ben')],
    'unknown',
  ],
  ['revoked', [candidate('a')], [record('a', 'ann', revoked)], 'revoked'],
  ['idle for long', [candidate('a')], [record('a', 'ann', idle)], 'expired'],
  ['too old', [candidate('a')], [record('a', 'ann', old)], 'expired'],
  ['replaced, and the grace is over', [candidate('a')], [record('a', 'ann', superseded)], 'unknown'],
  ['replaced, within the grace', [candidate('a')], [record('a', 'ann', { graceUntil: now + 1 })], 'ann by a'],
  [
    'under a name that it was not given under',
    [{ ...candidate('a'), name: '__Secure-slipmat-2' }],
    [record('a', 'ann')],
    'unknown',
  ],
  [
    'the old site’s after our own, however new',
    [{ ...candidate('b'), name: 'sessionid', isForeign: true }, candidate('a')],
    [record('b', 'ann', { policy: 'old:sessionid', issuedAt: now }), record('a', 'ann')],
    'ann by a',
  ],
  [
    'the old site’s of somebody else',
    [{ ...candidate('b'), name: 'sessionid', isForeign: true }, candidate('a')],
    [record('b', 'ben', { policy: 'old:sessionid' }), record('a', 'ann')],
    'conflict',
  ],
  ['alive', [candidate('a')], [record('a', 'ann')], 'ann by a'],
  ['alive beside junk', [candidate('x'), candidate('a')], [record('a', 'ann')], 'ann by a'],
  ['alive before junk', [candidate('a'), candidate('x')], [record('a', 'ann')], 'ann by a'],
  [
    'alive beside a dead one of somebody else',
    [candidate('b'), candidate('a')],
    [record('a', 'ann'), record('b', 'ben', revoked)],
    'ann by a',
  ],
  [
    'two of one person: the newer',
    [candidate('a'), candidate('b')],
    [record('a', 'ann'), record('b', 'ann', { issuedAt: now - 1 })],
    'ann by b',
  ],
  [
    'the same the other way round',
    [candidate('b'), candidate('a')],
    [record('a', 'ann'), record('b', 'ann', { issuedAt: now - 1 })],
    'ann by b',
  ],
  ['two people', [candidate('a'), candidate('b')], [record('a', 'ann'), record('b', 'ben')], 'conflict'],
  [
    'revoked tells more than unknown',
    [candidate('x'), candidate('a')],
    [record('a', 'ann', revoked)],
    'revoked',
  ],
  [
    'revoked tells more than expired',
    [candidate('a'), candidate('b')],
    [record('a', 'ann', idle), record('b', 'ann', revoked)],
    'revoked',
  ],
];

for (const [what, candidates, records, expected] of table) {
  test(`resolve: ${what}`, () => {
    for (const stored of [records, records.toReversed()]) {
      const resolution = resolve(candidates, stored, now);
      const outcome =
        resolution.kind === 'signed-in'
          ? `${resolution.credential.record.person.id} by ${resolution.credential.record.id}`
          : resolution.kind === 'anonymous'
            ? resolution.reason
            : resolution.kind;
      assert.equal(outcome, expected);
    }
  });
}
