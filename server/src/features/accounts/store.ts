/** All SQL of people, groups, server settings and the audit log. */
import type { Group } from '@slipmat/contract/capabilities';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Tables } from '#server/db/schema.ts';
import { effectiveGroups, groupsThatNeedEmail, type SignedInPerson } from '#server/http/who.ts';
import type { PeopleIds } from '#server/platform/people-ids.ts';

type Read = Kysely<Tables>;
type Trx = Transaction<Tables>;

export interface StoredPerson extends SignedInPerson {
  readonly passwordHash: string;
  /** When all sessions were last ended at once. */
  readonly signedOutAt: number | null;
}

/** Somebody who is put in; `groups` are all that they are given, whether they count yet or not. */
export type NewPerson = Omit<StoredPerson, 'emailVerifiedAt' | 'pausedGroups' | 'signedOutAt'>;

const groupOrder: readonly Group[] = ['member', 'dj', 'moderator', 'mentor', 'staff', 'owner'];

interface PersonRow {
  readonly id: string;
  readonly handle: string;
  readonly email: string;
  readonly display_name: string;
  readonly password_hash: string;
  readonly created_at: number;
  readonly email_verified_at: number | null;
  readonly signed_out_at: number | null;
}

async function withGroups(read: Read, rows: readonly PersonRow[]): Promise<StoredPerson[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const groups = await read.selectFrom('person_groups').selectAll().where('person_id', 'in', ids).execute();
  return rows.map((row) => {
    const own = new Set(
      groups.filter((group) => group.person_id === row.id).map((group) => group.group_name),
    );
    return {
      id: row.id,
      handle: row.handle,
      email: row.email,
      displayName: row.display_name,
      passwordHash: row.password_hash,
      createdAt: row.created_at,
      emailVerifiedAt: row.email_verified_at,
      signedOutAt: row.signed_out_at,
      ...effectiveGroups(
        groupOrder.filter((group) => own.has(group)),
        row.email_verified_at,
      ),
    };
  });
}

/** By handle, or by e-mail address when there is an @ in it. */
export async function findByLogin(read: Read, login: string): Promise<StoredPerson | undefined> {
  const column = login.includes('@') ? 'email' : 'handle';
  const rows = await read.selectFrom('people').selectAll().where(column, '=', login.toLowerCase()).execute();
  return (await withGroups(read, rows))[0];
}

export async function findByHandles(read: Read, handles: readonly string[]): Promise<StoredPerson[]> {
  if (handles.length === 0) return [];
  return withGroups(
    read,
    await read.selectFrom('people').selectAll().where('handle', 'in', handles).execute(),
  );
}

export async function findByIds(read: Read, ids: readonly string[]): Promise<StoredPerson[]> {
  if (ids.length === 0) return [];
  return withGroups(read, await read.selectFrom('people').selectAll().where('id', 'in', ids).execute());
}

/** People whom the group counts for now. */
export function idsInGroup(read: Read, group: Group): PeopleIds {
  return read
    .selectFrom('person_groups as g')
    .innerJoin('people as of_group', 'of_group.id', 'g.person_id')
    .select('g.person_id')
    .where('g.group_name', '=', group)
    .$if(groupsThatNeedEmail.has(group), (query) => query.where('of_group.email_verified_at', 'is not', null))
    .$asScalar();
}

/** Escapes what LIKE takes for a wildcard. */
function likePrefix(text: string): string {
  return `${text.toLowerCase().replaceAll(/[\\%_]/g, (match) => `\\${match}`)}%`;
}

/** People whose handle or name begins with `q`, newest first. */
export async function searchPeople(read: Read, q: string, limit: number): Promise<StoredPerson[]> {
  const pattern = likePrefix(q);
  const rows = await read
    .selectFrom('people')
    .selectAll()
    .where(
      sql<boolean>`(lower(handle) like ${pattern} escape '\\' or lower(display_name) like ${pattern} escape '\\')`,
    )
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return withGroups(read, rows);
}

function personRow(person: NewPerson) {
  return {
    id: person.id,
    handle: person.handle,
    email: person.email,
    display_name: person.displayName,
    password_hash: person.passwordHash,
    created_at: person.createdAt,
  };
}

async function addGroups(trx: Trx, person: NewPerson): Promise<void> {
  for (const group of person.groups) {
    await addGroup(trx, { personId: person.id, group, grantedBy: null, now: person.createdAt });
  }
}

export async function insertPerson(trx: Trx, person: NewPerson): Promise<void> {
  await trx.insertInto('people').values(personRow(person)).execute();
  await addGroups(trx, person);
}

/** Those of the handles that somebody has. */
export async function takenHandles(read: Read, handles: readonly string[]): Promise<string[]> {
  const rows = await read.selectFrom('people').select('handle').where('handle', 'in', handles).execute();
  return rows.map((row) => row.handle);
}

/** @param email lower case. */
export async function isEmailTaken(read: Read, email: string): Promise<boolean> {
  const row = await read.selectFrom('people').select('id').where('email', '=', email).executeTakeFirst();
  return row !== undefined;
}

/** Like `insertPerson`; @returns false, having done nothing, when handle or address are taken. */
export async function insertIfFree(trx: Trx, person: NewPerson): Promise<boolean> {
  const rows = await trx
    .insertInto('people')
    .values(personRow(person))
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .execute();
  if (rows.length === 0) return false;
  await addGroups(trx, person);
  return true;
}

/** Takes the person's address for verified, whatever it is. */
export async function trustEmail(trx: Trx, personId: string, now: number): Promise<void> {
  await trx.updateTable('people').set({ email_verified_at: now }).where('id', '=', personId).execute();
}

/** Unless the stored hash is another one by now. */
export async function replaceHash(trx: Trx, personId: string, from: string, to: string): Promise<void> {
  await trx
    .updateTable('people')
    .set({ password_hash: to })
    .where('id', '=', personId)
    .where('password_hash', '=', from)
    .execute();
}

export async function setHash(trx: Trx, personId: string, hash: string): Promise<void> {
  await trx.updateTable('people').set({ password_hash: hash }).where('id', '=', personId).execute();
}

export async function renamePerson(trx: Trx, personId: string, displayName: string): Promise<void> {
  await trx.updateTable('people').set({ display_name: displayName }).where('id', '=', personId).execute();
}

interface Grant {
  readonly personId: string;
  readonly group: Group;
  readonly grantedBy: string | null;
  readonly now: number;
}

/** Adding a group twice changes nothing. */
export async function addGroup(trx: Trx, { personId, group, grantedBy, now }: Grant): Promise<void> {
  await trx
    .insertInto('person_groups')
    .values({ person_id: personId, group_name: group, granted_by: grantedBy, granted_at: now })
    .onConflict((conflict) => conflict.columns(['person_id', 'group_name']).doNothing())
    .execute();
}

export async function removeGroup(trx: Trx, personId: string, group: Group): Promise<void> {
  await trx
    .deleteFrom('person_groups')
    .where('person_id', '=', personId)
    .where('group_name', '=', group)
    .execute();
}

export async function hasOwner(read: Read): Promise<boolean> {
  const row = await read
    .selectFrom('person_groups')
    .select('person_id')
    .where('group_name', '=', 'owner')
    .executeTakeFirst();
  return row !== undefined;
}

export async function putSetting(trx: Trx, name: string, value: string): Promise<void> {
  await trx
    .insertInto('server_settings')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute();
}

export async function readSetting(read: Read, name: string): Promise<string | undefined> {
  const row = await read
    .selectFrom('server_settings')
    .select('value')
    .where('name', '=', name)
    .executeTakeFirst();
  return row?.value;
}

/** Takes a setting away if it has the value; @returns whether it had. */
export async function takeSetting(trx: Trx, name: string, value: string): Promise<boolean> {
  const rows = await trx
    .deleteFrom('server_settings')
    .where('name', '=', name)
    .where('value', '=', value)
    .returning('name')
    .execute();
  return rows.length > 0;
}

export interface AuditEntry {
  readonly id: string;
  readonly at: number;
  /** Null: the command line. */
  readonly actorId: string | null;
  readonly act: string;
  readonly subjectId: string | null;
  readonly detail: Readonly<Record<string, string>>;
}

export async function audit(trx: Trx, entry: AuditEntry): Promise<void> {
  await trx
    .insertInto('audit_log')
    .values({
      id: entry.id,
      at: entry.at,
      actor_id: entry.actorId,
      act: entry.act,
      subject_id: entry.subjectId,
      detail: JSON.stringify(entry.detail),
    })
    .execute();
}
