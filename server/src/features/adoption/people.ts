/** Users of the old site become people of ours, each exactly once. */
import type { Group } from '@slipmat/contract/capabilities';
import type { Transaction } from 'kysely';
import type { Database } from '#server/db/open.ts';
import type { Tables } from '#server/db/schema.ts';
import type { Clock } from '#server/platform/clock.ts';
import type { DjangoUser } from './django-database.ts';
import * as store from './store.ts';

/** What accounts makes a person from. */
export interface Newcomer {
  /** The old site's primary key: for a handle where the name leaves nothing to make one of. */
  readonly foreignId: string;
  readonly username: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly passwordHash: string;
  /** Beside member. */
  readonly groups: readonly Group[];
}

/** Makes the person and returns their id. */
export type AdoptPerson = (trx: Transaction<Tables>, newcomer: Newcomer) => Promise<string>;

export interface PeopleDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly groups: readonly { readonly theirs: string; readonly ours: Group }[];
  readonly adoptPerson: AdoptPerson;
}

/** Takes the transaction back when another process adopted the same user first. */
class AlreadyAdopted extends Error {}

/** Each repetition means that another process adopted one of the page's users meanwhile. */
const tries = 20;

export type People = ReturnType<typeof createPeople>;

export function createPeople({ db, clock, groups, adoptPerson }: PeopleDeps) {
  async function adoptOne(trx: Transaction<Tables>, user: DjangoUser): Promise<void> {
    const personId = await adoptPerson(trx, {
      foreignId: user.id,
      username: user.username,
      firstName: user.firstName,
      lastName: user.lastName,
      email: user.email,
      passwordHash: user.password,
      groups: groups.filter(({ theirs }) => user.groups.includes(theirs)).map(({ ours }) => ours),
    });
    if (!(await store.insertAdopted(trx, user.id, personId, clock.now()))) throw new AlreadyAdopted();
  }

  /** Adopts those that are not here yet, all of them or none. @returns how many. */
  async function adoptMissing(users: readonly DjangoUser[], tried = 1): Promise<number> {
    try {
      return await db.write(async (trx) => {
        const known = await store.adoptedAmong(
          trx,
          users.map((user) => user.id),
        );
        const missing = users.filter((user) => !known.has(user.id));
        for (const user of missing) await adoptOne(trx, user);
        return missing.length;
      });
    } catch (error) {
      if (error instanceof AlreadyAdopted && tried < tries) return adoptMissing(users, tried + 1);
      throw error;
    }
  }

  return {
    adoptMissing,
    /** @returns the id of the person that the user is here. */
    async adopt(user: DjangoUser): Promise<string> {
      const before = (await store.adoptedAmong(db.read, [user.id])).get(user.id);
      if (before !== undefined) return before;
      await adoptMissing([user]);
      const personId = (await store.adoptedAmong(db.read, [user.id])).get(user.id);
      if (personId === undefined) throw new Error('a person who was just adopted is not there');
      return personId;
    },
  };
}
