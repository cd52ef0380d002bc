/** All SQL of credentials: what proves a session. */
import type { CompiledQuery, Kysely, Transaction } from 'kysely';
import type { Tables } from '#server/db/schema.ts';
import { effectiveGroups } from '#server/http/who.ts';
import type { CredentialRecord } from './resolve.ts';
import { inOrder } from './store.ts';

type Read = Kysely<Tables>;
type Trx = Transaction<Tables>;

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
      'c.authenticated_at',
      'c.first_seen_at',
      'c.grace_until',
      'c.session_id',
      's.created_at as started_at',
      's.last_seen_at',
      's.idle_expires_at',
      's.absolute_expires_at',
      's.ended_at',
      's.awaiting_policy',
      's.awaiting_since',
      's.first_return_at',
      's.refused_policy',
      's.refused_until',
      'p.id as person_id',
      'p.handle',
      'p.display_name',
      'p.email',
      'p.email_verified_at',
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
  const records = new Map<string, CredentialRecord>();
  for (const row of rows) {
    if (records.has(row.id)) continue;
    const groups = rows.flatMap((other) =>
      other.id === row.id && other.group_name !== null ? [other.group_name] : [],
    );
    records.set(row.id, {
      id: row.id,
      policy: row.policy,
      secretHash: row.secret_hash,
      issuedAt: row.issued_at,
      firstSeenAt: row.first_seen_at,
      graceUntil: row.grace_until,
      sessionId: row.session_id,
      startedAt: row.started_at,
      lastSeenAt: row.last_seen_at,
      idleExpiresAt: row.idle_expires_at,
      absoluteExpiresAt: row.absolute_expires_at,
      endedAt: row.ended_at,
      authenticatedAt: row.authenticated_at,
      awaited:
        row.awaiting_policy === null || row.awaiting_since === null
          ? undefined
          : { policy: row.awaiting_policy, since: row.awaiting_since, firstReturnAt: row.first_return_at },
      refused:
        row.refused_policy === null || row.refused_until === null
          ? undefined
          : { policy: row.refused_policy, until: row.refused_until },
      person: {
        id: row.person_id,
        handle: row.handle,
        displayName: row.display_name,
        email: row.email,
        createdAt: row.created_at,
        emailVerifiedAt: row.email_verified_at,
        ...effectiveGroups(inOrder(groups), row.email_verified_at),
      },
    });
  }
  return [...records.values()];
}

export interface NewCredential {
  readonly id: string;
  readonly sessionId: string;
  readonly policy: string;
  readonly secretHash: string;
  readonly now: number;
  /** When the person gave their password for it, or for the one that it follows; null: they did not. */
  readonly authenticatedAt: number | null;
  /** For a credential that the browser sent before we knew it. */
  readonly seenAt?: number;
}

function credentialInsert(trx: Trx, credential: NewCredential) {
  return trx.insertInto('credentials').values({
    id: credential.id,
    session_id: credential.sessionId,
    policy: credential.policy,
    secret_hash: credential.secretHash,
    issued_at: credential.now,
    authenticated_at: credential.authenticatedAt,
    first_seen_at: credential.seenAt ?? null,
    grace_until: null,
  });
}

/** Racing requests insert the same successor; the second changes nothing. */
export async function insertCredential(trx: Trx, credential: NewCredential): Promise<void> {
  await credentialInsert(trx, credential)
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}

/** @throws a duplicate (`storageTrouble`) when somebody inserted it before, so that nothing of the transaction stays. */
export async function insertNewCredential(trx: Trx, credential: NewCredential): Promise<void> {
  await credentialInsert(trx, credential).execute();
}

/** The browser sent the credential back: it is accepted, and the session's older ones live on until `graceUntil`. */
export async function markSeen(
  trx: Trx,
  record: Pick<CredentialRecord, 'id' | 'sessionId' | 'issuedAt'>,
  now: number,
  graceUntil: number,
): Promise<void> {
  await trx
    .updateTable('credentials')
    .set({ first_seen_at: now })
    .where('id', '=', record.id)
    .where('first_seen_at', 'is', null)
    .execute();
  await trx
    .updateTable('credentials')
    .set({ grace_until: graceUntil })
    .where('session_id', '=', record.sessionId)
    .where('issued_at', '<', record.issuedAt)
    // The old site's own may be all that reaches the old site's host; it is dead with its session.
    .where('policy', 'not like', 'old:%')
    .where('grace_until', 'is', null)
    .execute();
}

/** Gives the credentials of one session to another. */
export async function moveCredentials(trx: Trx, from: string, to: string): Promise<void> {
  await trx.updateTable('credentials').set({ session_id: to }).where('session_id', '=', from).execute();
}
