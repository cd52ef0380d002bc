/** How many people a notification reaches, in sentences. */
import type { Reached } from '@slipmat/contract/sending';
import { counted } from '../../ui/number.ts';

export interface Channels {
  readonly push: boolean;
  readonly email: boolean;
}

export function people(count: number): string {
  return count === 1 ? '1 person' : `${counted(count)} people`;
}

/** "214 people: 12 DJs, 198 listeners, 4 of the team", and whoever has no account. */
export function reachedWords({ people: all, djs, listeners, team, public: open }: Reached): string {
  const parts = [
    djs === 0 ? '' : `${counted(djs)} ${djs === 1 ? 'DJ' : 'DJs'}`,
    listeners === 0 ? '' : `${counted(listeners)} ${listeners === 1 ? 'listener' : 'listeners'}`,
    team === 0 ? '' : `${counted(team)} of the team`,
  ].filter((part) => part !== '');
  const of = parts.length === 0 ? '' : `: ${parts.join(', ')}`;
  return `${people(all)}${of}${open ? ', and everybody who listens without an account' : ''}`;
}

/** What is said before it is sent. */
export function beyondWords(
  { people: all, withEmail, withPush, withEither }: Reached,
  { push, email }: Channels,
): string {
  if (!push && !email) return 'It stays on the pages of this site: nobody is reached who does not look.';
  const one = push ? withPush : withEmail;
  const left = all - (push && email ? withEither : one);
  if (left === 0) return 'Each of them can be reached beyond the page, too.';
  return `${counted(left)} of whom you cannot reach beyond the page.`;
}

/** The whole sentence of the last step. */
export function lastStepWords(reached: Reached, channels: Channels): string {
  const beyond = beyondWords(reached, channels);
  const follows = /^[A-Z]/.test(beyond) ? `. ${beyond}` : `, ${beyond}`;
  return `This goes to ${people(reached.people)}${follows}`;
}
