/** All SQL of sessions and credentials. */
import { Group } from '@slipmat/contract/capabilities';
import type { CompiledQuery, Kysely, Transaction } from 'kysely';
import type { Tables } from '#server/db/schema.ts';
import type { CredentialRecord } from './resolve.ts';

type Read = Kysely<Tables>;
type Trx = Transaction<Tables>;

/** Groups in the order of the contract, as every other answer has them. */
function inOrder(groups: readonly Group[]): Group[] {
  return Group.options.filter((group) => groups.includes(group));
}

function credentialQuery(read: Read, ids: readonly string[]) {
  return read
    .selectFrom('credentials as c')
    .innerJoin('sessions as s', 's.id', 'c.session_id')
    .innerJoin('people as p', 'p.id', 's.person_id')
    .leftJoin('person_groups as g', 'g.person_id', 'p.id')
    .select([
      'c.id',
      'c.policy',
      'c.secret_hash',
      'c.issued_at',
      'c.first_seen_at',
      'c.successor_id',
      'c.grace_until',
      'c.session_id',
      's.last_seen_at',
      's.idle_expires_at',
      's.absolute_expires_at',
      's.ended_at',
      'p.id as person_id',
      'p.handle',
      'p.display_name',
      'p.email',
      'p.created_at',
      'g.group_name',
    ])
    .where('c.id', 'in', ids);
}

type CredentialRow = Awaited<ReturnType<ReturnType<typeof credentialQuery>['execute']>>[number];

/**
 * Finds the records of credential ids, in one query. Every request asks it, so its SQL is built once for each
 * number of ids, of which the cookie parser allows a few, and not each time.
 */
export function credentialFinder(read: Read): (ids: readonly string[]) => Promise<CredentialRecord[]> {
  const queries = new Map<number, CompiledQuery<CredentialRow>>();
  return async (ids) => {
    const query = queries.get(ids.length) ?? credentialQuery(read, ids).compile();
    queries.set(ids.length, query);
    const { rows } = await read.executeQuery<CredentialRow>({ ...query, parameters: ids });
    return toRecords(rows);
  };
}

function toRecords(rows: readonly CredentialRow[]): CredentialRecord[] {
  const records = new Map<string, CredentialRecord & { person: { groups: Group[] } }>();
  for (const row of rows) {
    const known = records.get(row.id);
    if (known !== undefined) {
      if (row.group_name !== null) known.person.groups = inOrder([...known.person.groups, row.group_name]);
      continue;
    }
    records.set(row.id, {
      id: row.id,
      policy: row.policy,
      secretHash: row.secret_hash,
      issuedAt: row.issued_at,
      firstSeenAt: row.first_seen_at,
      successorId: row.successor_id,
      graceUntil: row.grace_until,
      sessionId: row.session_id,
      lastSeenAt: row.last_seen_at,
      idleExpiresAt: row.idle_expires_at,
      absoluteExpiresAt: row.absolute_expires_at,
      endedAt: row.ended_at,
      person: {
        id: row.person_id,
        handle: row.handle,
        displayName: row.display_name,
        email: row.email,
        createdAt: row.created_at,
        groups: row.group_name === null ? [] : [row.group_name],
      },
    });
  }
  return [...records.values()];
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
    .select(['p.id', 'p.handle', 'p.display_name', 'p.email', 'p.created_at', 'g.group_name'])
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
    groups: inOrder(rows.flatMap((row) => (row.group_name === null ? [] : [row.group_name]))),
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
    })
    .execute();
}

export interface NewCredential {
  readonly id: string;
  readonly sessionId: string;
  readonly policy: string;
  readonly secretHash: string;
  readonly now: number;
}

/** Racing requests insert the same successor; the second changes nothing. */
export async function insertCredential(trx: Trx, credential: NewCredential): Promise<void> {
  await trx
    .insertInto('credentials')
    .values({
      id: credential.id,
      session_id: credential.sessionId,
      policy: credential.policy,
      secret_hash: credential.secretHash,
      issued_at: credential.now,
      first_seen_at: null,
      successor_id: null,
      grace_until: null,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}

export async function setSuccessor(trx: Trx, credentialId: string, successorId: string): Promise<void> {
  await trx
    .updateTable('credentials')
    .set({ successor_id: successorId })
    .where('id', '=', credentialId)
    .execute();
}

/** The browser sent the credential back: it is accepted, and what it replaces lives on only for `graceUntil`. */
export async function markSeen(
  trx: Trx,
  credentialId: string,
  now: number,
  graceUntil: number,
): Promise<void> {
  await trx
    .updateTable('credentials')
    .set({ first_seen_at: now })
    .where('id', '=', credentialId)
    .where('first_seen_at', 'is', null)
    .execute();
  await trx
    .updateTable('credentials')
    .set({ grace_until: graceUntil })
    .where('successor_id', '=', credentialId)
    .where('grace_until', 'is', null)
    .execute();
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
