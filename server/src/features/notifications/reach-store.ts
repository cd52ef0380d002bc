/** How many people an audience has, and by which ways they can be reached. */
import type { Group } from '@slipmat/contract/capabilities';
import type { Kysely } from 'kysely';
import type { Tables } from '#server/db/schema.ts';
import type { PeopleIds } from '#server/platform/people-ids.ts';
import type { Addressed, Audiences } from './audience.ts';

type Read = Kysely<Tables>;

export interface Reachable {
  readonly idsInGroup: (read: Read, group: Group) => PeopleIds;
  /** People with an address that mail can go to. */
  readonly idsWithEmail: (read: Read) => PeopleIds;
  /** People with a device that takes web push. */
  readonly idsWithPush: (read: Read) => PeopleIds;
}

const team: readonly Group[] = ['moderator', 'mentor', 'staff', 'owner'];

async function countPeople(
  read: Read,
  audiences: Audiences,
  addressed: Addressed,
  among?: readonly PeopleIds[],
): Promise<number> {
  const row = await read
    .selectFrom('people as p')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where(audiences.on(read, addressed))
    .$if(among !== undefined, (query) =>
      query.where((eb) => eb.or((among ?? []).map((ids) => eb('p.id', 'in', ids)))),
    )
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** As things stand now. */
export async function countReached(
  read: Read,
  audiences: Audiences,
  { idsInGroup, idsWithEmail, idsWithPush }: Reachable,
  addressed: Addressed,
) {
  const count = (among?: readonly PeopleIds[]): Promise<number> =>
    countPeople(read, audiences, addressed, among);
  const people = await count();
  const djs = await count([idsInGroup(read, 'dj')]);
  return {
    people,
    djs,
    listeners: people - djs,
    team: await count(team.map((group) => idsInGroup(read, group))),
    withEmail: await count([idsWithEmail(read)]),
    withPush: await count([idsWithPush(read)]),
    withEither: await count([idsWithEmail(read), idsWithPush(read)]),
  };
}

export async function isAnybody(read: Read, audiences: Audiences, addressed: Addressed): Promise<boolean> {
  const row = await read
    .selectFrom('people as p')
    .select('p.id')
    .where(audiences.on(read, addressed))
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
