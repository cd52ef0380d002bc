/** Invitations: a link from a mentor or staff that turns the member who opens it into a DJ. */
import type { Invitation } from '@slipmat/contract/accounts';
import { can } from '@slipmat/contract/capabilities';
import type { Database } from '#server/db/open.ts';
import { type SignedInPerson, toPerson } from '#server/http/who.ts';
import type { Clock } from '#server/platform/clock.ts';
import { ProblemError } from '#server/platform/problem-error.ts';
import { newId, newSecret, type Random } from '#server/platform/random.ts';
import { hashToken } from '#server/platform/token.ts';
import type { OnPersonChanged } from './index.ts';
import * as store from './invitations-store.ts';
import { addGroup, audit, findByIds } from './store.ts';

/** Two weeks: long enough for somebody who reads mail at the weekend. */
const validForMs = 14 * 24 * 3_600_000;
/** Open invitations of one person. */
const openLimit = 50;
const listLimit = 100;

export interface InvitationsDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly onChanged: OnPersonChanged;
}

export type Invitations = ReturnType<typeof createInvitations>;

export function createInvitations({ db, clock, random, onChanged }: InvitationsDeps) {
  function stateOf(row: store.StoredInvitation): Invitation['state'] {
    if (row.accepted_by !== null) return 'accepted';
    if (row.withdrawn_at !== null) return 'withdrawn';
    return row.expires_at <= clock.now() ? 'expired' : 'open';
  }

  async function toInvitations(rows: readonly store.StoredInvitation[]): Promise<Invitation[]> {
    const people = await findByIds(
      db.read,
      rows.flatMap((row) => row.accepted_by ?? []),
    );
    return rows.map((row) => {
      const acceptedBy = people.find((person) => person.id === row.accepted_by);
      return {
        id: row.id,
        note: row.note,
        createdAt: row.created_at,
        expiresAt: row.expires_at,
        state: stateOf(row),
        acceptedBy: acceptedBy === undefined ? null : toPerson(acceptedBy),
      };
    });
  }

  /** An invitation holds for as long as whoever made it may invite. */
  async function open(token: string): Promise<{ row: store.StoredInvitation; from: SignedInPerson }> {
    const row = await store.findOpen(db.read, hashToken(token), clock.now());
    const [from] = row === undefined ? [] : await findByIds(db.read, [row.from_id]);
    if (row === undefined || from === undefined || !can(from.groups, 'person.invite-dj')) {
      throw new ProblemError('invitation-over');
    }
    return { row, from };
  }

  return {
    /** @returns the invitation and the secret of its link, which is not stored. @throws ProblemError `too-many` */
    async invite(from: SignedInPerson, note: string): Promise<{ invitation: Invitation; token: string }> {
      const now = clock.now();
      if ((await store.countOpen(db.read, from.id, now)) >= openLimit) throw new ProblemError('too-many');
      const token = newSecret(random, 24);
      const row: store.StoredInvitation = {
        id: newId(clock, random),
        note,
        from_id: from.id,
        created_at: now,
        expires_at: now + validForMs,
        accepted_by: null,
        withdrawn_at: null,
      };
      await db.write((trx) => store.insertInvitation(trx, { ...row, tokenHash: hashToken(token) }));
      const [invitation] = await toInvitations([row]);
      if (invitation === undefined) throw new Error('an invitation was lost');
      return { invitation, token };
    },
    async list(from: SignedInPerson): Promise<Invitation[]> {
      return toInvitations(await store.invitationsFrom(db.read, from.id, listLimit));
    },
    /** @throws ProblemError `not-found`, `invitation-over` */
    async withdraw(from: SignedInPerson, id: string): Promise<void> {
      const outcome = await db.write((trx) => store.withdrawInvitation(trx, id, from.id, clock.now()));
      if (outcome === 'unknown') throw new ProblemError('not-found');
      if (outcome === 'over') throw new ProblemError('invitation-over');
    },
    /** Who invites. @throws ProblemError `invitation-over` */
    async show(token: string) {
      const { row, from } = await open(token);
      return { from: toPerson(from), expiresAt: row.expires_at };
    },
    /** Makes the person a DJ, once. @throws ProblemError `invitation-over` */
    async accept(person: SignedInPerson, token: string): Promise<SignedInPerson> {
      const { row } = await open(token);
      const now = clock.now();
      await db.write(async (trx, afterCommit) => {
        if (!(await store.acceptInvitation(trx, row.id, person.id, now)))
          throw new ProblemError('invitation-over');
        await addGroup(trx, { personId: person.id, group: 'dj', grantedBy: row.from_id, now });
        await audit(trx, {
          id: newId(clock, random),
          at: now,
          actorId: row.from_id,
          act: 'group.grant',
          subjectId: person.id,
          detail: { group: 'dj', invitation: row.id },
        });
        await onChanged(trx, afterCommit, person.id);
      });
      const [changed] = await findByIds(db.read, [person.id]);
      return changed ?? person;
    },
  };
}
