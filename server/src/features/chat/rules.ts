/** Who may do what in a chat. Pure. */
import { can } from '@slipmat/contract/capabilities';
import type { ChatRole } from '@slipmat/contract/chat';
import type { ProblemCode } from '@slipmat/contract/problems';
import type { SignedInPerson } from '#server/http/who.ts';

/** What chat needs to know of its event. */
export interface Room {
  readonly id: string;
  readonly slug: string;
  readonly hostId: string;
  readonly hasOpenChat: boolean;
  readonly slots: readonly { readonly djId: string }[];
}

/** What a person's name is marked with in this room, most telling first. */
export function rolesIn(room: Room, person: SignedInPerson): ChatRole[] {
  const roles: ChatRole[] = [];
  if (room.hostId === person.id) roles.push('host');
  else if (room.slots.some((slot) => slot.djId === person.id)) roles.push('dj');
  if (person.groups.includes('staff') || person.groups.includes('owner')) roles.push('staff');
  else if (person.groups.includes('moderator')) roles.push('moderator');
  else if (person.groups.includes('mentor')) roles.push('mentor');
  return roles;
}

/** The host and moderators. */
export function mayModerate(room: Room, person: SignedInPerson): boolean {
  return room.hostId === person.id || can(person.groups, 'chat.moderate-any');
}

/** The host and those who moderate everywhere cannot be muted or timed out. */
export function isProtected(room: Room, person: SignedInPerson): boolean {
  return mayModerate(room, person);
}

export interface WriterFacts {
  readonly isOpen: boolean;
  /** Undefined: none. `until` null: a mute, for the rest of the event. */
  readonly restriction: { readonly until: number | null } | undefined;
  readonly slowModeSeconds: number;
  readonly lastWroteAt: number | undefined;
  readonly mayModerate: boolean;
}

export interface WriteRefusal {
  readonly code: ProblemCode;
  readonly retryAfterSeconds?: number;
}

function secondsUntil(at: number, now: number): number {
  return Math.max(1, Math.ceil((at - now) / 1000));
}

/** Why the person cannot write now, or undefined. Slow mode is not for those who moderate. */
export function refusalToWrite(facts: WriterFacts, now: number): WriteRefusal | undefined {
  if (!facts.isOpen) return { code: 'chat-closed' };
  const { restriction } = facts;
  if (restriction !== undefined && restriction.until === null) return { code: 'chat-muted' };
  if (restriction?.until != null && restriction.until > now) {
    return { code: 'chat-timed-out', retryAfterSeconds: secondsUntil(restriction.until, now) };
  }
  if (facts.mayModerate || facts.slowModeSeconds === 0 || facts.lastWroteAt === undefined) return undefined;
  const next = facts.lastWroteAt + facts.slowModeSeconds * 1000;
  return next > now ? { code: 'chat-slow-mode', retryAfterSeconds: secondsUntil(next, now) } : undefined;
}
