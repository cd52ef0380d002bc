/** Whether a person may write in a chat at this moment, why not, and what they may do to others. */

import type { Account, Person } from '@slipmat/contract/accounts';
import { can } from '@slipmat/contract/capabilities';
import type { ChatMessage, ChatState } from '@slipmat/contract/chat';

/** The reader: an account, nobody, or not known yet. */
export type Reader = Pick<Account, 'id' | 'groups'> | null | undefined;

export type Standing =
  | { readonly name: 'may-write' }
  | { readonly name: 'loading' }
  | { readonly name: 'sign-in' }
  | { readonly name: 'closed' }
  | { readonly name: 'muted' }
  | { readonly name: 'not-allowed' }
  /** Something has to be confirmed first. */
  | { readonly name: 'must-read' }
  /** A time-out that ends at `until`, in milliseconds of the server's clock. */
  | { readonly name: 'timed-out'; readonly until: number }
  /** Slow mode: the next line may go out at `until`. */
  | { readonly name: 'slow'; readonly until: number };

/** True for the host of the event and for whoever may moderate any chat. */
export function mayModerate(reader: Reader, hostId: string | undefined): boolean {
  if (reader === null || reader === undefined) return false;
  return reader.id === hostId || can(reader.groups, 'chat.moderate-any');
}

/**
 * What stands between the reader and the next line.
 * @param toRead how many messages have to be confirmed first.
 * @param now milliseconds; lapsed time-outs count as over.
 */
export function standingOf(
  room: ChatState | undefined,
  reader: Reader,
  hostId: string | undefined,
  toRead: number,
  now: number,
): Standing {
  if (room?.open === false) return { name: 'closed' };
  if (reader === null) return { name: 'sign-in' };
  if (room === undefined || reader === undefined) return { name: 'loading' };
  if (!can(reader.groups, 'chat.write')) return { name: 'not-allowed' };
  const restriction = room.restrictions.find((candidate) => candidate.person.id === reader.id);
  if (restriction !== undefined) {
    if (restriction.until === null) return { name: 'muted' };
    if (restriction.until > now) return { name: 'timed-out', until: restriction.until };
  }
  if (toRead > 0) return { name: 'must-read' };
  if (room.slowModeSeconds > 0 && !mayModerate(reader, hostId)) {
    const last = room.messages.findLast((message) => message.author.id === reader.id);
    const until = (last?.at ?? 0) + room.slowModeSeconds * 1000;
    if (until > now) return { name: 'slow', until };
  }
  return { name: 'may-write' };
}

/** True while something in the room ends at a certain time: a time-out, or the wait of slow mode. */
export function countsDown(room: ChatState): boolean {
  return room.slowModeSeconds > 0 || room.restrictions.some(({ until }) => until !== null);
}

export type MessageAct = 'hide' | 'time-out' | 'mute' | 'let-write';

/**
 * What the reader may do from the row of a message. The server decides in the end; this keeps
 * buttons away that could only be refused.
 */
export function actsOn(
  message: ChatMessage,
  reader: Reader,
  hostId: string | undefined,
  room: ChatState,
  now: number,
): readonly MessageAct[] {
  if (reader === null || reader === undefined) return [];
  const own = message.author.id === reader.id;
  const moderates = mayModerate(reader, hostId);
  const acts: MessageAct[] = [];
  if ((own || moderates) && !message.hidden) acts.push('hide');
  if (!moderates || own || isProtected(message.author, hostId)) return acts;
  acts.push('time-out', 'mute');
  if (restrictionOf(room, message.author.id, now) !== undefined) acts.push('let-write');
  return acts;
}

/** The restriction of a person that still holds at `now`. */
export function restrictionOf(room: ChatState, personId: string, now: number) {
  return room.restrictions.find(
    (restriction) =>
      restriction.person.id === personId && (restriction.until === null || restriction.until > now),
  );
}

/** The host of the event and staff cannot be muted. */
function isProtected(
  author: ChatMessage['author'] | Pick<Person, 'id'>,
  hostId: string | undefined,
): boolean {
  return author.id === hostId || ('roles' in author && author.roles.includes('staff'));
}
