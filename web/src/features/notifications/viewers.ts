/** The kinds of readers that a notification is shown as to its sender. */
import type { Group } from '@slipmat/contract/capabilities';
import type { SenderRole } from '@slipmat/contract/notifications';
import type { Reached } from '@slipmat/contract/sending';
import type { ComposeDraft } from './compose-draft.ts';
import { afterWords } from './sent-words.ts';

export const viewers = ['dj', 'listener', 'phone', 'mail'] as const;
export type Viewer = (typeof viewers)[number];

export const viewerWords: Readonly<Record<Viewer, string>> = {
  dj: 'As a DJ',
  listener: 'As a listener',
  phone: 'On the phone',
  mail: 'In an e-mail',
};

type Sent = Pick<ComposeDraft, 'kind' | 'email'>;

/**
 * Why a kind of reader does not get it; undefined: they do, or it is not known.
 * @param reached undefined while it is not known.
 */
export function getsIt(viewer: Viewer, { email }: Sent, reached: Reached | undefined): string | undefined {
  if (viewer === 'mail' && email === '')
    return 'It does not go on to e-mail, unless you choose a time for that.';
  if (reached === undefined) return undefined;
  if (viewer === 'dj' && reached.djs === 0) return 'No DJ gets this one.';
  if (viewer === 'listener' && reached.listeners === 0 && !reached.public)
    return 'No listener gets this one.';
  if (viewer === 'mail' && reached.withEmail === 0) return 'Nobody of them has a verified e-mail address.';
  return undefined;
}

/** What it means for them, under its picture. */
export function effectWords(viewer: Viewer, { kind, email }: Sent): string {
  if (viewer === 'mail') return `To those who have not read it on the site ${afterWords(Number(email))}.`;
  if (kind === 'normal') return 'It is put away with the cross, and stays at the bell.';
  if (viewer === 'dj') return 'Until it is confirmed, they cannot go live. Whoever is on air stays on air.';
  return 'Until it is confirmed, they cannot write in chats. They hear everything.';
}

/** In what role somebody in these groups sends. */
export function senderRole(groups: readonly Group[]): SenderRole {
  if (groups.includes('staff') || groups.includes('owner')) return 'staff';
  if (groups.includes('mentor')) return 'mentor';
  return groups.includes('moderator') ? 'moderator' : 'dj';
}
