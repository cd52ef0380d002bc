/** E-mail addresses: proven by a link that is sent to them, changed with the password, and told of to the old one. */
import type { Transaction } from 'kysely';
import type { Database } from '#server/db/open.ts';
import type { Tables } from '#server/db/schema.ts';
import { storageTrouble } from '#server/db/storage-error.ts';
import { emailOf, type SignedInPerson } from '#server/http/who.ts';
import type { Clock } from '#server/platform/clock.ts';
import { ProblemError } from '#server/platform/problem-error.ts';
import { newId, newSecret, type Random } from '#server/platform/random.ts';
import { hashToken } from '#server/platform/token.ts';
import * as store from './email-store.ts';
import type { OnPersonChanged } from './index.ts';
import { audit, findByIds, findByLogin, isEmailTaken } from './store.ts';

type Trx = Transaction<Tables>;

const minute = 60_000;
const day = 24 * 60 * minute;

/** Milliseconds. */
export const linkTimes = {
  /** Long enough for a mail that was greylisted, and for somebody who reads mail at the weekend. */
  validFor: 3 * day,
  /** Between two links that are asked for: a mail needs that long to arrive. */
  again: minute,
} as const;

/** Links in a day, so that nobody has strangers written to. */
const linksPerDay = 10;

/** A mail about somebody's account, to be queued in the caller's transaction. */
export interface AccountMail {
  readonly key: string;
  readonly personId: string;
  readonly kind: 'verification' | 'account';
  readonly subject: string;
  readonly markdown: string;
  readonly link: string | null;
}

export interface EmailDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly onChanged: OnPersonChanged;
  readonly sendTo: (trx: Trx, address: string, mail: AccountMail) => Promise<void>;
  /** Such as https://radio.example */
  readonly publicOrigin: () => string;
}

/** What is known about somebody's address. */
export interface AddressStanding {
  readonly email: string | null;
  readonly verifiedAt: number | null;
  readonly sent: { readonly to: string; readonly at: number; readonly expiresAt: number } | null;
}

export type EmailVerification = ReturnType<typeof createEmailVerification>;

export function createEmailVerification(deps: EmailDeps) {
  const { db, clock, random, onChanged } = deps;
  const siteName = (): string => new URL(deps.publicOrigin()).host;

  /** Sends a link to the address, in the caller's transaction. */
  async function offer(trx: Trx, person: { id: string; handle: string }, address: string): Promise<void> {
    const now = clock.now();
    const token = newSecret(random, 24);
    const id = newId(clock, random);
    const expiresAt = now + linkTimes.validFor;
    const link = { id, person_id: person.id, address, created_at: now, expires_at: expiresAt };
    await store.insertLink(trx, { ...link, tokenHash: hashToken(token) });
    await deps.sendTo(trx, address, {
      key: `verify:${id}`,
      personId: person.id,
      kind: 'verification',
      subject: `Verify your e-mail address for ${siteName()}`,
      markdown: `Hello ${person.handle},\n\nplease confirm that this address is yours. The link is good for three days.`,
      // In the fragment, which browsers send to nobody: no proxy log and no Referer ever has the secret.
      link: `/verify-email#token=${token}`,
    });
  }

  /** @throws ProblemError `rate-limited` with the seconds to wait. */
  async function limitLinks(personId: string): Promise<void> {
    const now = clock.now();
    const links = await store.linksSince(db.read, personId, now - day);
    const waits = [
      (links[0]?.created_at ?? 0) + linkTimes.again - now,
      (links[linksPerDay - 1]?.created_at ?? -day) + day - now,
    ];
    const wait = Math.max(...waits);
    if (wait > 0) throw new ProblemError('rate-limited', { retryAfterSeconds: Math.ceil(wait / 1_000) });
  }

  async function standing(person: SignedInPerson): Promise<AddressStanding> {
    const now = clock.now();
    const links = await store.linksSince(db.read, person.id, now - linkTimes.validFor);
    const last = links.find((link) => link.used_at === null && link.expires_at > now);
    return {
      email: emailOf(person),
      verifiedAt: emailOf(person) === null ? null : person.emailVerifiedAt,
      sent: last === undefined ? null : { to: last.address, at: last.created_at, expiresAt: last.expires_at },
    };
  }

  async function again(person: SignedInPerson): Promise<SignedInPerson> {
    return (await findByIds(db.read, [person.id]))[0] ?? person;
  }

  async function log(trx: Trx, act: string, subjectId: string, actorId: string | null): Promise<void> {
    const at = clock.now();
    await audit(trx, { id: newId(clock, random), at, actorId, act, subjectId, detail: {} });
  }

  /** A unique address decides, so that two at once cannot both have it. */
  async function unlessTaken<T>(write: Promise<T>): Promise<T> {
    try {
      return await write;
    } catch (error) {
      if (storageTrouble(error) === 'duplicate') throw new ProblemError('email-taken');
      throw error;
    }
  }

  async function tellOld(trx: Trx, person: SignedInPerson, to: string): Promise<void> {
    await deps.sendTo(trx, person.email, {
      key: `email-change:${newId(clock, random)}`,
      personId: person.id,
      kind: 'account',
      subject: `The e-mail address of your account on ${siteName()} is about to change`,
      markdown: `Hello ${person.handle},\n\nsomebody who knows your password asked to change the address of your account to \`${to.replaceAll('`', '')}\`. It changes when the link that was sent there is opened.\n\nIf that was not you, sign out all devices in your settings and tell the people who run this site.`,
      link: '/settings',
    });
  }

  return {
    offer,
    standing,
    /** Sends the link again. @throws ProblemError `email-missing`, `rate-limited` */
    async sendLink(person: SignedInPerson): Promise<AddressStanding> {
      const { sent } = await standing(person);
      const address = sent?.to ?? emailOf(person);
      if (address === null) throw new ProblemError('email-missing');
      await limitLinks(person.id);
      await db.write((trx) => offer(trx, person, address));
      return standing(person);
    },
    /**
     * A verified address stays until the new one is verified; one that never was is replaced at once.
     * @param isPasswordOf tells whether the password is the person's, so many times a minute.
     * @throws ProblemError `wrong-credentials`, `email-taken`, `rate-limited`
     */
    async change(
      person: SignedInPerson,
      input: { readonly email: string; readonly password: string },
      isPasswordOf: (person: SignedInPerson, password: string) => Promise<boolean>,
    ): Promise<AddressStanding> {
      const email = input.email.toLowerCase();
      if (!(await isPasswordOf(person, input.password))) throw new ProblemError('wrong-credentials');
      if (email !== person.email) {
        if (await isEmailTaken(db.read, email)) throw new ProblemError('email-taken');
        await limitLinks(person.id);
      }
      await unlessTaken(
        db.write(async (trx) => {
          await store.dropLinks(trx, person.id, email);
          if (email === person.email) return;
          if (person.emailVerifiedAt === null || emailOf(person) === null)
            await store.setUnverified(trx, person.id, email);
          else await tellOld(trx, person, email);
          await offer(trx, person, email);
          await log(trx, 'email.change', person.id, person.id);
        }),
      );
      return standing(await again(person));
    },
    /** @returns the address that is verified now. @throws ProblemError `verification-over`, `email-taken` */
    async verify(token: string): Promise<{ email: string }> {
      const link = await store.findLink(db.read, hashToken(token));
      const [person] = link === undefined ? [] : await findByIds(db.read, [link.person_id]);
      if (link === undefined || person === undefined) throw new ProblemError('verification-over');
      // Opened twice, in two windows or by a mail program that looks first: it is verified, and nothing is wrong.
      const isDone = person.email === link.address && person.emailVerifiedAt !== null;
      if (link.used_at !== null && isDone) return { email: link.address };
      const now = clock.now();
      if (link.used_at !== null || link.expires_at <= now) throw new ProblemError('verification-over');
      await unlessTaken(
        db.write(async (trx, afterCommit) => {
          await store.useLink(trx, link.id, now);
          await store.setVerified(trx, person.id, link.address, now);
          await log(trx, 'email.verify', person.id, person.id);
          await onChanged(trx, afterCommit, person.id);
        }),
      );
      return { email: link.address };
    },
    /** Takes the address as proven, for whoever runs the server. @throws ProblemError `not-found`, `email-missing` */
    async verifyByHand(handle: string): Promise<{ email: string }> {
      const person = await findByLogin(db.read, handle);
      if (person === undefined) throw new ProblemError('not-found');
      const email = emailOf(person);
      if (email === null) {
        const detail = `${handle} has no e-mail address yet; they can enter one in their settings.`;
        throw new ProblemError('email-missing', { detail });
      }
      await db.write(async (trx, afterCommit) => {
        await store.setVerified(trx, person.id, email, clock.now());
        await log(trx, 'email.verify', person.id, null);
        await onChanged(trx, afterCommit, person.id);
      });
      return { email };
    },
    /** Forgets links that are long over. For a tick. */
    prune: () => db.write((trx) => store.pruneLinks(trx, clock.now() - 2 * linkTimes.validFor)),
  };
}
