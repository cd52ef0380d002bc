/** Chat: writing, hiding, restricting; the topic `chat:<slug>`. */
import { type ChatMessage, type ChatState, type ChatTopicEvent, chatLimits } from '@slipmat/contract/chat';
import type { Kysely, Transaction } from 'kysely';
import type { AfterCommit } from '#server/db/group-commit.ts';
import type { Database } from '#server/db/open.ts';
import type { Tables } from '#server/db/schema.ts';
import type { SignedInPerson, Who } from '#server/http/who.ts';
import type { Clock } from '#server/platform/clock.ts';
import { ProblemError } from '#server/platform/problem-error.ts';
import { newId, type Random } from '#server/platform/random.ts';
import type { Journal } from '#server/realtime/journal.ts';
import type { TopicSource } from '#server/realtime/topics.ts';
import { isProtected, mayModerate, type Room, refusalToWrite, rolesIn } from './rules.ts';
import * as store from './store.ts';

type Trx = Transaction<Tables>;

export interface ChatDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly journal: Journal;
  /** The event whose chat it is, if `who` may see it. @throws ProblemError `not-found` */
  readonly roomFor: (slug: string, who: Who) => Promise<Room>;
  /** The same without asking who, for state that is read at one moment. */
  readonly roomAt: (read: Kysely<Tables>, slug: string) => Promise<Room | undefined>;
  readonly personById: (id: string) => Promise<SignedInPerson | undefined>;
  /** @throws ProblemError `must-read-first` when the person has something to confirm before they write. */
  readonly refuseUnread: (read: Kysely<Tables>, person: SignedInPerson) => Promise<void>;
}

const minute = 60_000;

function topicOf(slug: string): string {
  return `chat:${slug}`;
}

function toMessage(stored: store.StoredMessage): ChatMessage {
  const { id, text, key, at, hidden, author, roles } = stored;
  return {
    id,
    text: hidden ? '' : text,
    key,
    at,
    hidden,
    author: { id: author.id, handle: author.handle, displayName: author.displayName, roles },
  };
}

async function stateOf(read: Kysely<Tables>, room: Room): Promise<ChatState> {
  const restrictions = await store.restrictions(read, room.id);
  return {
    messages: (await store.newest(read, room.id)).map(toMessage),
    slowModeSeconds: await store.slowMode(read, room.id),
    restrictions: restrictions.map((row) => ({
      person: { id: row.id, handle: row.handle, displayName: row.display_name },
      until: row.until,
    })),
    open: room.hasOpenChat,
  };
}

export type Chat = ReturnType<typeof createChat>;

export function createChat(deps: ChatDeps) {
  const { db, clock, random, journal, roomFor, roomAt, personById } = deps;

  function tell(trx: Trx, afterCommit: AfterCommit, slug: string, event: ChatTopicEvent): Promise<number> {
    return journal.append(trx, afterCommit, topicOf(slug), [event]);
  }

  async function roomToModerate(slug: string, person: SignedInPerson, who: Who): Promise<Room> {
    const room = await roomFor(slug, who);
    if (!mayModerate(room, person)) throw new ProblemError('not-allowed');
    return room;
  }

  async function refuseWriter(trx: Trx, room: Room, person: SignedInPerson): Promise<void> {
    const facts = {
      isOpen: room.hasOpenChat,
      restriction: await store.restrictionOf(trx, room.id, person.id),
      slowModeSeconds: await store.slowMode(trx, room.id),
      lastWroteAt: await store.lastWroteAt(trx, room.id, person.id),
      mayModerate: mayModerate(room, person),
    };
    const refusal = refusalToWrite(facts, clock.now());
    if (refusal === undefined) return deps.refuseUnread(trx, person);
    const { code, retryAfterSeconds } = refusal;
    throw new ProblemError(code, retryAfterSeconds === undefined ? {} : { retryAfterSeconds });
  }

  const topic: TopicSource = {
    kind: 'chat',
    async keyFor(slug, who) {
      try {
        return topicOf((await roomFor(slug, who)).slug);
      } catch (error) {
        if (error instanceof ProblemError && error.code === 'not-found') return undefined;
        throw error;
      }
    },
    async state(read, key) {
      const room = await roomAt(read, key.slice(topicOf('').length));
      if (room === undefined) throw new ProblemError('not-found');
      return stateOf(read, room);
    },
  };

  return {
    topic,
    /** Messages before the one with the id, or the newest; oldest first. @throws ProblemError `not-found` */
    async history(slug: string, who: Who, beforeId: string | undefined) {
      const room = await roomFor(slug, who);
      const before = beforeId === undefined ? undefined : await store.findMessage(db.read, room.id, beforeId);
      if (beforeId !== undefined && before === undefined) throw new ProblemError('not-found');
      const rows = await store.page(db.read, room.id, before?.seq, chatLimits.historyPage + 1);
      return {
        messages: rows.slice(-chatLimits.historyPage).map(toMessage),
        more: rows.length > chatLimits.historyPage,
      };
    },
    /**
     * Writes a message; the promise holds when it is on disk. The same key again gives the same message.
     * @throws ProblemError `not-found`, `chat-closed`, `chat-muted`, `chat-timed-out`, `chat-slow-mode`,
     *   `must-read-first`
     */
    async say(
      slug: string,
      person: SignedInPerson,
      who: Who,
      said: { text: string; key: string },
    ): Promise<ChatMessage> {
      const room = await roomFor(slug, who);
      return db.write(async (trx, afterCommit) => {
        const earlier = await store.findByKey(trx, room.id, person.id, said.key);
        if (earlier !== undefined) return toMessage(earlier);
        // Read again inside the transaction: the event may have ended since.
        await refuseWriter(trx, (await roomAt(trx, slug)) ?? room, person);
        const author = { id: person.id, handle: person.handle, displayName: person.displayName };
        const draft = {
          id: newId(clock, random),
          text: said.text,
          key: said.key,
          at: clock.now(),
          hidden: false,
          author,
          roles: rolesIn(room, person),
        };
        const message = toMessage({ ...draft, seq: 0 });
        const seq = await tell(trx, afterCommit, slug, { type: 'chat.posted', message });
        await store.insertMessage(trx, room.id, { ...draft, seq });
        return message;
      });
    },
    /** Hides a message: its writer, the host and moderators may. @throws ProblemError `not-found`, `not-allowed` */
    async hide(slug: string, person: SignedInPerson, who: Who, messageId: string): Promise<void> {
      const room = await roomFor(slug, who);
      const message = await store.findMessage(db.read, room.id, messageId);
      if (message === undefined) throw new ProblemError('not-found');
      if (message.author.id !== person.id && !mayModerate(room, person))
        throw new ProblemError('not-allowed');
      await db.write(async (trx, afterCommit) => {
        if (!(await store.hideMessage(trx, messageId, person.id, clock.now()))) return;
        await tell(trx, afterCommit, slug, { type: 'chat.hidden', messageId });
      });
    },
    /** @param minutes null: for the rest of the event. @throws ProblemError `not-found`, `not-allowed`, `host-protected` */
    async restrict(
      slug: string,
      by: SignedInPerson,
      who: Who,
      restricted: { personId: string; minutes: number | null },
    ) {
      const room = await roomToModerate(slug, by, who);
      const person = await personById(restricted.personId);
      if (person === undefined) throw new ProblemError('not-found');
      if (isProtected(room, person)) throw new ProblemError('host-protected');
      const now = clock.now();
      const until = restricted.minutes === null ? null : now + restricted.minutes * minute;
      await db.write(async (trx, afterCommit) => {
        await store.putRestriction(trx, { eventId: room.id, personId: person.id, until, byId: by.id, now });
        const face = { id: person.id, handle: person.handle, displayName: person.displayName };
        await tell(trx, afterCommit, slug, { type: 'chat.restricted', restriction: { person: face, until } });
      });
    },
    /** @throws ProblemError `not-found`, `not-allowed` */
    async unrestrict(slug: string, by: SignedInPerson, who: Who, personId: string): Promise<void> {
      const room = await roomToModerate(slug, by, who);
      await db.write(async (trx, afterCommit) => {
        if (!(await store.deleteRestriction(trx, room.id, personId))) throw new ProblemError('not-found');
        await tell(trx, afterCommit, slug, { type: 'chat.unrestricted', personId });
      });
    },
    /** @throws ProblemError `not-found`, `not-allowed` */
    async slowMode(slug: string, by: SignedInPerson, who: Who, seconds: number): Promise<void> {
      const room = await roomToModerate(slug, by, who);
      await db.write(async (trx, afterCommit) => {
        await store.setSlowMode(trx, room.id, seconds);
        await tell(trx, afterCommit, slug, { type: 'chat.slow-mode', seconds });
      });
    },
    /** Whoever wrote in the chat of the event. */
    idsWritingAt: (read: Kysely<Tables>, slug: string) => store.idsWritingAt(read, slug),
    /** Tells readers that the chat opened or closed with its event; part of the transaction that changes the event. */
    async followStatus(trx: Trx, afterCommit: AfterCommit, room: Room): Promise<void> {
      await tell(trx, afterCommit, room.slug, { type: 'chat.open', open: room.hasOpenChat });
    },
  };
}
