/** What the groups are called, and what they are for. */
import type { Group } from '@slipmat/contract/capabilities';

export const groupWords: Readonly<Record<Group, { readonly name: string; readonly does: string }>> = {
  member: { name: 'Member', does: 'writes in chats' },
  dj: { name: 'DJ', does: 'makes events and plays' },
  moderator: { name: 'Moderator', does: 'keeps every chat in order' },
  mentor: { name: 'Mentor', does: 'makes members DJs' },
  staff: { name: 'Staff', does: 'looks after people and events' },
  owner: { name: 'Owner', does: 'runs this Slipmat' },
};

/** The groups worth showing: everybody is a member. */
export function shownGroups(groups: readonly Group[]): readonly Group[] {
  return groups.filter((group) => group !== 'member');
}
