/** Accounts: signing up, passwords, groups, the owner's one-time link. */
import { type Group, mayGrant } from '@slipmat/contract/capabilities';
import { reservedHandles } from '@slipmat/contract/ids';
import type { Kysely, Transaction } from 'kysely';
import type { AfterCommit } from '#server/db/group-commit.ts';
import type { Database } from '#server/db/open.ts';
import type { Tables } from '#server/db/schema.ts';
import { settingOnce } from '#server/db/settings.ts';
import { storageTrouble } from '#server/db/storage-error.ts';
import type { SignedInPerson } from '#server/http/who.ts';
import type { Clock } from '#server/platform/clock.ts';
import type { Log } from '#server/platform/log.ts';
import { ProblemError } from '#server/platform/problem-error.ts';
import { newId, newSecret, type Random } from '#server/platform/random.ts';
import { silence } from '#server/platform/silence.ts';
import { hashToken } from '#server/platform/token.ts';
import { isTooCommon } from './common-passwords.ts';
import { insertNewcomer, type NewcomerData } from './newcomers.ts';
import { createPasswords, isOwnHash } from './passwords.ts';
import * as store from './store.ts';

/** Called in the transaction that changes a person's name or groups. */
export type OnPersonChanged = (
  trx: Transaction<Tables>,
  afterCommit: AfterCommit,
  personId: string,
) => Promise<void>;

export interface AccountsDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly onChanged: OnPersonChanged;
  /** Called in the transaction that makes somebody who signs up: sends the link that verifies their address. */
  readonly onSignedUp?: (trx: Transaction<Tables>, person: SignedInPerson) => Promise<void>;
  /** Where a stored password hash that cannot be tried is told of. */
  readonly log?: Pick<Log, 'warn'>;
  /** Looks for a login that is nobody's here on the old site. */
  readonly findElsewhere?: (login: string) => Promise<Elsewhere | undefined>;
}

/** Somebody whom the old site knows by that name: a person here by another, or one with the right password. */
export type Elsewhere =
  | { readonly personId: string }
  | {
      readonly passwordHash: string;
      /** Makes them a person, and returns the id. */
      readonly adopt: () => Promise<string>;
    };

export interface NewAccount {
  readonly handle: string;
  readonly email: string;
  readonly password: string;
  readonly displayName: string;
}

const setupSetting = 'setup-token';
const secretSetting = 'secret';

/** The 32 bytes that all processes of one Slipmat share; made by the first that starts. */
export async function sharedSecret(db: Database, random: Random): Promise<Buffer> {
  const initial = newSecret(random, 32);
  return Buffer.from(await db.write((trx) => settingOnce(trx, secretSetting, initial)), 'base64url');
}

export type Accounts = ReturnType<typeof createAccounts>;

export function createAccounts(deps: AccountsDeps) {
  const { db, clock, random, onChanged, log, findElsewhere } = deps;
  const passwords = createPasswords((reason) => {
    if (reason !== 'unusable') log?.warn({ reason }, 'a stored password hash was not tried');
  });

  /** Names the field that is taken; the unique constraints decide, so that two at once cannot both win. */
  async function refuseTaken(account: NewAccount): Promise<void> {
    if (reservedHandles.includes(account.handle)) throw new ProblemError('handle-taken');
    if ((await store.findByLogin(db.read, account.handle)) !== undefined)
      throw new ProblemError('handle-taken');
    if ((await store.findByLogin(db.read, account.email)) !== undefined)
      throw new ProblemError('email-taken');
  }

  async function create(
    input: NewAccount,
    groups: readonly Group[],
    setupToken?: string,
  ): Promise<store.StoredPerson> {
    const account = { ...input, email: input.email.toLowerCase() };
    if (isTooCommon(account.password, account)) throw new ProblemError('password-too-common');
    await refuseTaken(account);
    const person: store.StoredPerson = {
      id: newId(clock, random),
      handle: account.handle,
      email: account.email,
      displayName: account.displayName,
      passwordHash: await passwords.hash(account.password),
      createdAt: clock.now(),
      emailVerifiedAt: null,
      signedOutAt: null,
      groups,
      pausedGroups: [],
    };
    try {
      await db.write(async (trx) => {
        if (
          setupToken !== undefined &&
          !(await store.takeSetting(trx, setupSetting, hashToken(setupToken)))
        ) {
          throw new ProblemError('setup-link-wrong');
        }
        await store.insertPerson(trx, person);
        await deps.onSignedUp?.(trx, person);
      });
    } catch (error) {
      if (storageTrouble(error) === 'duplicate') await refuseTaken(account);
      throw error;
    }
    return person;
  }

  async function changeGroup(
    actor: SignedInPerson | null,
    handle: string,
    group: Group,
    act: 'grant' | 'revoke',
  ): Promise<SignedInPerson> {
    const person = await store.findByLogin(db.read, handle);
    if (person === undefined) throw new ProblemError('not-found');
    if (actor !== null && !mayGrant(actor.groups, group)) throw new ProblemError('not-allowed');
    const now = clock.now();
    await db.write(async (trx, afterCommit) => {
      if (act === 'grant')
        await store.addGroup(trx, { personId: person.id, group, grantedBy: actor?.id ?? null, now });
      else await store.removeGroup(trx, person.id, group);
      await store.audit(trx, {
        id: newId(clock, random),
        at: now,
        actorId: actor?.id ?? null,
        act: `group.${act}`,
        subjectId: person.id,
        detail: { group },
      });
      await onChanged(trx, afterCommit, person.id);
    });
    const [changed] = await store.findByIds(db.read, [person.id]);
    return changed ?? person;
  }

  /** Somebody whom only the old site knows by this login. */
  async function comeFromElsewhere(login: string) {
    const found = await findElsewhere?.(login);
    if (found === undefined || !('personId' in found)) return found;
    return (await store.findByIds(db.read, [found.personId]))[0];
  }

  /** Puts a hash of ours in the place of an old site's, while the password is at hand. */
  async function strengthen(person: store.StoredPerson, password: string): Promise<void> {
    try {
      const ours = await passwords.hash(password);
      await db.write((trx) => store.replaceHash(trx, person.id, person.passwordHash, ours));
    } catch (error) {
      silence(error, 'The password was right; its old hash is replaced at the next sign-in.');
    }
  }

  /** Whoever comes from the old site was not here before, and so was never signed out here. */
  async function adoptNow(newcomer: { adopt(): Promise<string> }): Promise<store.StoredPerson | undefined> {
    const [person] = await store.findByIds(db.read, [await newcomer.adopt()]);
    return person === undefined ? undefined : { ...person, signedOutAt: null };
  }

  return {
    /** Signs somebody up as a member. @throws ProblemError `handle-taken`, `email-taken`, `password-too-common` */
    signUp: (account: NewAccount) => create(account, ['member']),
    /** Creates an owner without a link: for the command line, which whoever runs the server has. */
    createOwner: (account: NewAccount) => create(account, ['member', 'owner']),
    /** Creates the owner with the one-time link. @throws ProblemError `setup-closed`, `setup-link-wrong` */
    async setUp(account: NewAccount, token: string): Promise<store.StoredPerson> {
      if (await store.hasOwner(db.read)) throw new ProblemError('setup-closed');
      if ((await store.readSetting(db.read, setupSetting)) !== hashToken(token))
        throw new ProblemError('setup-link-wrong');
      return create(account, ['member', 'owner'], token);
    },
    hasOwner: () => store.hasOwner(db.read),
    /** Makes the one-time token, ending the one before; undefined when there is an owner. */
    async offerSetup(): Promise<string | undefined> {
      if (await store.hasOwner(db.read)) return undefined;
      const token = newSecret(random, 24);
      await db.write((trx) => store.putSetting(trx, setupSetting, hashToken(token)));
      return token;
    },
    findByLogin: (login: string) => store.findByLogin(db.read, login),
    findByHandles: (handles: readonly string[]) => store.findByHandles(db.read, handles),
    /** @param read the connection or transaction to read with. */
    findByIds: (read: Kysely<Tables>, ids: readonly string[]) => store.findByIds(read, ids),
    idsInGroup: (read: Kysely<Tables>, group: Group) => store.idsInGroup(read, group),
    findById: async (id: string) => (await store.findByIds(db.read, [id]))[0],
    /** The person when the password is right, as they were before it was compared; takes the same time for nobody. */
    async checkPassword(login: string, password: string): Promise<store.StoredPerson | undefined> {
      const person = (await store.findByLogin(db.read, login)) ?? (await comeFromElsewhere(login));
      if (!(await passwords.verify(person?.passwordHash, password)) || person === undefined) return undefined;
      const here = 'id' in person ? person : await adoptNow(person);
      if (here !== undefined && !isOwnHash(here.passwordHash)) await strengthen(here, password);
      return here;
    },
    /** Makes a person of somebody from an old site, in the caller's transaction. @returns their id. */
    async adopt(trx: Transaction<Tables>, newcomer: NewcomerData): Promise<string> {
      const id = newId(clock, random);
      await insertNewcomer(trx, newcomer, { id, now: clock.now() });
      return id;
    },
    /**
     * For the command line: gives somebody another password, whatever they had.
     * @param alongside part of the same transaction.
     * @returns their handle. @throws ProblemError `not-found`, `password-too-common`
     */
    async setPassword(
      handle: string,
      password: string,
      alongside: (trx: Transaction<Tables>, personId: string) => Promise<unknown>,
    ): Promise<string> {
      const person = await store.findByLogin(db.read, handle);
      if (person === undefined) throw new ProblemError('not-found');
      if (isTooCommon(password, person)) throw new ProblemError('password-too-common');
      const hash = await passwords.hash(password);
      await db.write(async (trx) => {
        await store.setHash(trx, person.id, hash);
        await store.audit(trx, {
          id: newId(clock, random),
          at: clock.now(),
          actorId: null,
          act: 'password.set',
          subjectId: person.id,
          detail: {},
        });
        await alongside(trx, person.id);
      });
      return person.handle;
    },
    async rename(person: SignedInPerson, displayName: string): Promise<SignedInPerson> {
      await db.write(async (trx, afterCommit) => {
        await store.renamePerson(trx, person.id, displayName);
        await onChanged(trx, afterCommit, person.id);
      });
      return { ...person, displayName };
    },
    /** @param actor null: the command line. @throws ProblemError `not-found`, `not-allowed` */
    grant: (actor: SignedInPerson | null, handle: string, group: Group) =>
      changeGroup(actor, handle, group, 'grant'),
    revoke: (actor: SignedInPerson | null, handle: string, group: Group) =>
      changeGroup(actor, handle, group, 'revoke'),
    search: (q: string, limit: number) => store.searchPeople(db.read, q, limit),
  };
}
