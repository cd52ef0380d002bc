/** Whom a notification is for, and who may send what to whom. */
import * as z from 'zod/mini';
import type { Group } from './capabilities.ts';
import { Handle, Id, Slug } from './ids.ts';

/** `normal`: the reader may put it away. `must-read`: it stays until it is confirmed, and holds up the next act. */
export const NotificationKind = z.enum(['normal', 'must-read']);
export type NotificationKind = z.infer<typeof NotificationKind>;

export const audienceLimits = {
  /** Parts of one audience, and as many exceptions. */
  parts: 12,
  /** People named in one part; more are a group. */
  people: 100,
} as const;

/** Groups that can be addressed. Everybody signed in is a member; that is `everyone`. */
export const AddressedGroup = z.enum(['moderator', 'mentor', 'staff', 'owner']);
export type AddressedGroup = z.infer<typeof AddressedGroup>;

/**
 * Some of the people. `everyone`: all accounts, and whoever listens without one. `listeners`: accounts without an
 * active DJ profile. `djs`: those with one. `event`: its host, its line-up, and whoever wrote in its chat. `fault`:
 * whoever was signed in when it hit them.
 */
export const AudiencePart = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('everyone') }),
  z.strictObject({ kind: z.literal('listeners') }),
  z.strictObject({ kind: z.literal('djs') }),
  z.strictObject({ kind: z.literal('group'), group: AddressedGroup }),
  z.strictObject({ kind: z.literal('event'), slug: Slug }),
  z.strictObject({
    kind: z.literal('people'),
    handles: z.array(Handle).check(z.minLength(1), z.maxLength(audienceLimits.people)),
  }),
  z.strictObject({ kind: z.literal('fault'), faultId: Id }),
]);
export type AudiencePart = z.infer<typeof AudiencePart>;

/** Everybody who is in a part of `to` and in none of `except`. */
export const Audience = z.strictObject({
  to: z.array(AudiencePart).check(z.minLength(1), z.maxLength(audienceLimits.parts)),
  except: z._default(z.array(AudiencePart).check(z.maxLength(audienceLimits.parts)), []),
});
export type Audience = z.infer<typeof Audience>;

/** What a sender may address. `own-event`: an event that they host or play at. */
export type Reach = AudiencePart['kind'] | 'own-event';

export interface SendingRight {
  readonly kinds: readonly NotificationKind[];
  readonly to: readonly Reach[];
}

const both: readonly NotificationKind[] = ['normal', 'must-read'];
const all: readonly Reach[] = ['everyone', 'listeners', 'djs', 'group', 'event', 'people', 'fault'];

/** Who may send what to whom, by the sender's group; `docs/notifications.md` shows it. */
export const sendingRights: Readonly<Record<Group, SendingRight>> = {
  member: { kinds: [], to: [] },
  dj: { kinds: ['normal'], to: ['own-event'] },
  moderator: { kinds: both, to: ['listeners', 'event', 'people'] },
  mentor: { kinds: both, to: ['djs', 'event', 'people'] },
  staff: { kinds: both, to: all },
  owner: { kinds: both, to: all },
};

/**
 * Whether somebody in these groups may send this kind to this part.
 * @param isOwnEvent for an event: the sender hosts it or plays at it.
 */
export function maySendTo(
  groups: readonly Group[],
  kind: NotificationKind,
  part: AudiencePart,
  isOwnEvent: boolean,
): boolean {
  return groups.some((group) => {
    const { kinds, to } = sendingRights[group];
    if (!kinds.includes(kind)) return false;
    return to.includes(part.kind) || (part.kind === 'event' && isOwnEvent && to.includes('own-event'));
  });
}

/** True when whoever has no account is meant too. */
export function isPublic({ to }: Audience): boolean {
  return to.some(({ kind }) => kind === 'everyone');
}
