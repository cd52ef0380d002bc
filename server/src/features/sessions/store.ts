/** All SQL of sessions. */
import { Group } from '@slipmat/contract/capabilities';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Tables } from '#server/db/schema.ts';
import { effectiveGroups } from '#server/http/who.ts';
import type { CredentialRecord } from './resolve.ts';

type Read = Kysely<Tables>;
type Trx = Transaction<Tables>;

/** Groups in the order of the contract, as every other answer has them. */
export function inOrder(groups: readonly Group[]): Group[] {
  return Group.options.filter((group) => groups.includes(group));
}

/** A live session with its person, for a socket that is open already. */
export async function findSession(
  read: Read,
  sessionId: string,
  now: number,
): Promise<CredentialRecord['person'] | undefined> {
  const rows = await read
    .selectFrom('sessions as s')
    .innerJoin('people as p', 'p.id', 's.person_id')
    .leftJoin('person_groups as g', 'g.person_id', 'p.id')
    .select([
      'p.id',
      'p.handle',
      'p.display_name',
      'p.email',
      'p.email_verified_at',
      'p.created_at',
      'g.group_name',
    ])
    .where('s.id', '=', sessionId)
    .where('s.ended_at', 'is', null)
    .where('s.idle_expires_at', '>', now)
    .where('s.absolute_expires_at', '>', now)
    .execute();
  const [first] = rows;
  if (first === undefined) return undefined;
  return {
    id: first.id,
    handle: first.handle,
    displayName: first.display_name,
    email: first.email,
    createdAt: first.created_at,
    emailVerifiedAt: first.email_verified_at,
    ...effectiveGroups(
      inOrder(rows.flatMap((row) => (row.group_name === null ? [] : [row.group_name]))),
      first.email_verified_at,
    ),
  };
}

export interface NewSession {
  readonly id: string;
  readonly personId: string;
  readonly now: number;
  readonly idleExpiresAt: number;
  readonly absoluteExpiresAt: number;
  readonly deviceLabel: string;
  readonly network: string;
  /** Name of a cookie that is given besides the one known to be kept. */
  readonly awaiting?: string | undefined;
}

export async function insertSession(trx: Trx, session: NewSession): Promise<void> {
  await trx
    .insertInto('sessions')
    .values({
      id: session.id,
      person_id: session.personId,
      created_at: session.now,
      last_seen_at: session.now,
      idle_expires_at: session.idleExpiresAt,
      absolute_expires_at: session.absoluteExpiresAt,
      ended_at: null,
      device_label: session.deviceLabel,
      network: session.network,
      awaiting_policy: session.awaiting ?? null,
      awaiting_since: session.awaiting === undefined ? null : session.now,
      first_return_at: null,
      refused_policy: null,
      refused_until: null,
    })
    .execute();
}

/** Ids in one question: each is a parameter, and there are as many as sockets. */
const idsAtOnce = 500;

/** Those of the sessions that have ended. */
export async function endedOf(read: Read, sessionIds: readonly string[]): Promise<Set<string>> {
  const ended = new Set<string>();
  for (let first = 0; first < sessionIds.length; first += idsAtOnce) {
    const rows = await read
      .selectFrom('sessions')
      .select('id')
      .where('id', 'in', sessionIds.slice(first, first + idsAtOnce))
      .where('ended_at', 'is not', null)
      .execute();
    for (const { id } of rows) ended.add(id);
  }
  return ended;
}

/** Keeps the session from ending before the transaction is over. @returns false when it has ended. */
export async function lockAlive(trx: Trx, sessionId: string): Promise<boolean> {
  const row = await trx
    .updateTable('sessions')
    .set({ ended_at: null })
    .where('id', '=', sessionId)
    .where('ended_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/** The session was given a cookie under another policy. */
export async function setAwaited(trx: Trx, sessionId: string, policy: string, now: number): Promise<void> {
  await trx
    .updateTable('sessions')
    .set({ awaiting_policy: policy, awaiting_since: now, first_return_at: null })
    .where('id', '=', sessionId)
    .execute();
}

/** The awaited cookie came. */
export async function clearAwaited(trx: Trx, sessionId: string): Promise<void> {
  const nothing = { awaiting_policy: null, awaiting_since: null, first_return_at: null };
  await trx
    .updateTable('sessions')
    .set({ ...nothing, refused_policy: null, refused_until: null })
    .where('id', '=', sessionId)
    .execute();
}

export async function setFirstReturn(trx: Trx, sessionId: string, now: number): Promise<void> {
  await trx
    .updateTable('sessions')
    .set({ first_return_at: now })
    .where('id', '=', sessionId)
    .where('first_return_at', 'is', null)
    .execute();
}

/** The browser does not keep the awaited cookie. @returns false when another request noted it already. */
export async function setRefused(
  trx: Trx,
  sessionId: string,
  policy: string,
  until: number,
): Promise<boolean> {
  const nothing = { awaiting_policy: null, awaiting_since: null, first_return_at: null };
  const rows = await trx
    .updateTable('sessions')
    .set({ ...nothing, refused_policy: policy, refused_until: until })
    .where('id', '=', sessionId)
    .where('awaiting_policy', '=', policy)
    .returning('id')
    .execute();
  return rows.length > 0;
}

export async function touchSession(
  trx: Trx,
  sessionId: string,
  now: number,
  idleExpiresAt: number,
): Promise<void> {
  await trx
    .updateTable('sessions')
    .set({ last_seen_at: now, idle_expires_at: idleExpiresAt })
    .where('id', '=', sessionId)
    .where('ended_at', 'is', null)
    .execute();
}

/** Ends those of the person's sessions that are given and alive. @returns the ids that ended. */
export async function endSessions(trx: Trx, ids: readonly string[], now: number): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await trx
    .updateTable('sessions')
    .set({ ended_at: now })
    .where('id', 'in', ids)
    .where('ended_at', 'is', null)
    .returning('id')
    .execute();
  return rows.map((row) => row.id);
}

/** Ends all of the person's sessions, and makes those of sign-ins under way impossible. @returns the ids that ended. */
export async function endAllSessions(trx: Trx, personId: string, now: number): Promise<string[]> {
  const before = await lockSignedOutAt(trx, personId);
  // Two within one millisecond, or by two clocks, are told apart too: each is another value than all before.
  const signedOutAt = Math.max(now, (before ?? 0) + 1);
  await trx.updateTable('people').set({ signed_out_at: signedOutAt }).where('id', '=', personId).execute();
  const rows = await trx
    .updateTable('sessions')
    .set({ ended_at: now })
    .where('person_id', '=', personId)
    .where('ended_at', 'is', null)
    .returning('id')
    .execute();
  return rows.map((row) => row.id);
}

/**
 * When the person was last signed out of everything, or null. Nobody signs them out or in before the transaction is
 * over: another process that does either waits, and then sees what this one wrote. Two processes that sign the same two
 * people in at one moment may wait for each other; the write queue then tries one of them again.
 */
export async function lockSignedOutAt(trx: Trx, personId: string): Promise<number | null> {
  const person = await trx
    .updateTable('people')
    // Not the id: SQLite would look through every table that refers to people.
    .set({ signed_out_at: sql.ref('signed_out_at') })
    .where('id', '=', personId)
    .returning('signed_out_at')
    .executeTakeFirst();
  return person?.signed_out_at ?? null;
}

/** Devices shown and kept at most per person; signing in on one more ends the one seen longest ago. */
export const devicesPerPerson = 60;

/** The person's live sessions, last seen first. */
export function liveSessions(read: Read, personId: string, now: number) {
  return read
    .selectFrom('sessions')
    .select(['id', 'device_label', 'network', 'created_at', 'last_seen_at'])
    .where('person_id', '=', personId)
    .where('ended_at', 'is', null)
    .where('idle_expires_at', '>', now)
    .where('absolute_expires_at', '>', now)
    .orderBy('last_seen_at', 'desc')
    .orderBy('id', 'desc')
    .limit(devicesPerPerson + 1)
    .execute();
}

/** True when the person signed in from this network before: strangers' limits do not apply there. */
export async function knowsNetwork(read: Read, personId: string, network: string): Promise<boolean> {
  const row = await read
    .selectFrom('sessions')
    .select('id')
    .where('person_id', '=', personId)
    .where('network', '=', network)
    .executeTakeFirst();
  return row !== undefined;
}
