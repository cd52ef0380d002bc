/** Adoption: sessions and users of an old Django site, which stays as it is. */
import { hash } from 'node:crypto';
import type { Group } from '@slipmat/contract/capabilities';
import type { Database } from '#server/db/open.ts';
import { BoundedMap } from '#server/platform/bounded-map.ts';
import type { Clock } from '#server/platform/clock.ts';
import type { Log } from '#server/platform/log.ts';
import { ProblemError } from '#server/platform/problem-error.ts';
import { type AdoptionTotals, adoptAll, type BulkOptions } from './bulk.ts';
import { type DjangoLocation, type DjangoUser, openDjangoDatabase } from './django-database.ts';
import { createEngine, type Engine } from './engines.ts';
import { type AdoptPerson, createPeople } from './people.ts';
import { noRefusals, type Refusal, type RefusalReason } from './refusal.ts';
import * as store from './store.ts';
import { checkUser, isAllowedBackend } from './user-check.ts';

export type { AdoptionProgress, AdoptionTotals, BulkOptions } from './bulk.ts';
export type { AdoptPerson, Newcomer } from './people.ts';
export type { RefusalReason } from './refusal.ts';

/** The settings `DJANGO_…`, as this feature needs them. */
export interface AdoptionSettings {
  /** Undefined: users only. */
  readonly sessions: Engine | undefined;
  readonly database: DjangoLocation;
  /** The first signs, all verify. */
  readonly secretKeys: readonly string[];
  /** For `ask`. */
  readonly url: URL | undefined;
  readonly groups: readonly { readonly theirs: string; readonly ours: Group }[];
}

export interface AdoptionDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: AdoptionSettings;
  readonly adoptPerson: AdoptPerson;
}

/** The largest cookie that browsers keep (RFC 6265 §6.1). */
const maxCookieBytes = 4_096;
/** A refused cookie comes with each of its page's requests; for so long it is not looked up again. */
const refusalKeptMs = 30_000;
/** Refusals remembered; a few megabytes. */
const refusalsKept = 10_000;
/** Cookies looked up at once. */
const lookUpsAtOnce = 100;

/** Whose session a cookie of the old site is. */
export interface Adopted {
  readonly personId: string;
  /** When they last signed in there, milliseconds; no session of theirs there is younger. */
  readonly lastLoginAt: number | undefined;
}

/** Who a login name is on the old site: a person already, or somebody who becomes one with the right password. */
export type FoundByName =
  | { readonly personId: string }
  | { readonly passwordHash: string; readonly adopt: () => Promise<string> };

export interface Adoption {
  /**
   * Whose session the old site's cookie is. The person is made when they come for the first time.
   * @throws ProblemError `storage-unavailable` when the old site's storage or ours does not answer: that is not a
   * refusal, and nobody is anonymous because of it.
   */
  adoptSession(cookieValue: string): Promise<Adopted | Refusal>;
  /** The old site's primary key of a person. */
  foreignIdOf(personId: string): Promise<string | undefined>;
  /** Somebody who may sign in, by their exact name on the old site. @throws ProblemError `storage-unavailable` */
  findByUsername(username: string): Promise<FoundByName | undefined>;
  /** See `adoptAll`. */
  adoptUsers(options?: BulkOptions): Promise<AdoptionTotals>;
  /** Refusals since the start, by reason; a cookie that is refused again within 30 s counts once. */
  refusals(): Readonly<Record<RefusalReason, number>>;
  close(): Promise<void>;
}

export function createAdoption({ db, clock, log, settings, adoptPerson }: AdoptionDeps): Adoption {
  const django = openDjangoDatabase(settings.database, log);
  const people = createPeople({ db, clock, groups: settings.groups, adoptPerson });
  const engine = createEngine({ ...settings, django, clock });
  const refused = new BoundedMap<string, { readonly reason: RefusalReason; readonly until: number }>(
    refusalsKept,
  );
  const underWay = new Map<string, Promise<Adopted | Refusal>>();
  const counts = noRefusals();

  /** The user whose session it is, with everything checked. */
  async function userOf(cookie: string): Promise<DjangoUser | Refusal> {
    const session = await engine(cookie);
    if ('refused' in session) return session;
    if ('vouchedUserId' in session) {
      const user = await django.user(session.vouchedUserId);
      if (user === undefined) return { refused: 'unknown' };
      return user.isActive ? user : { refused: 'disabled' };
    }
    if (!isAllowedBackend(session.backend)) return { refused: 'backend' };
    const user = await django.user(session.userId);
    if (user === undefined) return { refused: 'unknown' };
    return checkUser(user, session, settings.secretKeys) ?? user;
  }

  function refuse(digest: string, reason: RefusalReason): Refusal {
    counts[reason] += 1;
    refused.set(digest, { reason, until: clock.now() + refusalKeptMs });
    // Tells one cookie from another without being any use to somebody who reads the log.
    log.info({ reason, cookie: digest.slice(0, 12) }, 'a session of the old site was not adopted');
    return { refused: reason };
  }

  async function lookUp(cookie: string, digest: string): Promise<Adopted | Refusal> {
    if (Buffer.byteLength(cookie) > maxCookieBytes) return refuse(digest, 'too-large');
    const user = await userOf(cookie);
    if ('refused' in user) return refuse(digest, user.refused);
    if (user.isOurs) return refuse(digest, 'unknown');
    return { personId: await people.adopt(user), lastLoginAt: user.lastLoginAt };
  }

  return {
    async adoptSession(cookieValue) {
      const digest = hash('sha256', cookieValue);
      const known = refused.get(digest);
      if (known !== undefined && clock.now() < known.until) return { refused: known.reason };
      const running = underWay.get(digest);
      if (running !== undefined) return running;
      if (underWay.size >= lookUpsAtOnce)
        throw new ProblemError('storage-unavailable', {}, { cause: new Error('too many look-ups wait') });
      const lookingUp = lookUp(cookieValue, digest).finally(() => underWay.delete(digest));
      underWay.set(digest, lookingUp);
      return lookingUp;
    },
    foreignIdOf: (personId) => store.foreignIdOf(db.read, personId),
    async findByUsername(username) {
      const user = await django.userByName(username);
      if (user === undefined || !user.isActive || user.isOurs) return undefined;
      const personId = (await store.adoptedAmong(db.read, [user.id])).get(user.id);
      if (personId !== undefined) return { personId };
      return { passwordHash: user.password, adopt: () => people.adopt(user) };
    },
    adoptUsers: (options = {}) => adoptAll({ db, django, people }, options),
    refusals: () => ({ ...counts }),
    close: () => django.close(),
  };
}
