/** Groups, and what belonging to one allows. A capability that no group of a person gives is refused. */
import * as z from 'zod/mini';

export const Group = z.enum(['member', 'dj', 'moderator', 'mentor', 'staff', 'owner']);
export type Group = z.infer<typeof Group>;

export const capabilities = [
  'event.create',
  'event.manage-any',
  'broadcast.send',
  'chat.write',
  'chat.moderate-any',
  'person.invite-dj',
  'person.find',
  'person.grant',
  'staff.view',
  'roll-out.manage',
  'mail.read-any',
  'notification.send',
] as const;
export type Capability = (typeof capabilities)[number];

const member: readonly Capability[] = ['chat.write'];
const dj: readonly Capability[] = [...member, 'event.create', 'broadcast.send', 'notification.send'];
const moderator: readonly Capability[] = [...member, 'chat.moderate-any', 'notification.send'];
const mentor: readonly Capability[] = [
  ...member,
  'person.invite-dj',
  'person.find',
  'person.grant',
  'notification.send',
];
const staff: readonly Capability[] = [
  ...moderator,
  ...mentor,
  'event.manage-any',
  'staff.view',
  'roll-out.manage',
];

const byGroup: Readonly<Record<Group, readonly Capability[]>> = {
  member,
  dj,
  moderator,
  mentor,
  staff,
  owner: capabilities,
};

/** Which groups each group may grant and revoke. The owner's group itself is given on the server only. */
export const grantable: Readonly<Record<Group, readonly Group[]>> = {
  member: [],
  dj: [],
  moderator: [],
  mentor: ['dj'],
  staff: ['dj', 'moderator', 'mentor'],
  owner: ['dj', 'moderator', 'mentor', 'staff'],
};

/** True when one of the groups gives the capability. */
export function can(groups: readonly Group[], capability: Capability): boolean {
  return groups.some((group) => byGroup[group].includes(capability));
}

/** True when somebody in `groups` may grant or revoke `wanted`. */
export function mayGrant(groups: readonly Group[], wanted: Group): boolean {
  return groups.some((group) => grantable[group].includes(wanted));
}
