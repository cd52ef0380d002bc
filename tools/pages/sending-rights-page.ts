import { type AudiencePart, type Reach, sendingRights } from '@slipmat/contract/audiences';
import { generatedNotice, page, table } from './markdown.ts';

/** What each reach is called. A new one without words does not compile. */
const words: Readonly<Record<Reach, string>> = {
  everyone: 'everyone',
  listeners: 'listeners',
  djs: 'DJs',
  group: 'a group',
  event: 'people of any event that they may see',
  'own-event': 'people of events that they host or play at',
  people: 'named people',
  fault: 'those hit by a fault',
};

const parts = {
  everyone: 'all accounts, and whoever listens without one',
  listeners: 'accounts without an active DJ profile',
  djs: 'accounts with an active DJ profile',
  group: 'moderators, mentors, staff, or owners',
  event: 'its host, its line-up, and whoever wrote in its chat',
  people: 'by their handles',
  fault: 'whoever was signed in when it hit them',
} as const satisfies Readonly<Record<AudiencePart['kind'], string>>;

const kinds = ['everyone', 'listeners', 'djs', 'group', 'event', 'people', 'fault'] as const;

/** docs/sending-rights.md: who may send what to whom. */
export function sendingRightsPage(): string {
  const rows = Object.entries(sendingRights).map(([group, right]) => [
    group,
    right.kinds.length === 0 ? 'nothing' : right.kinds.join(', '),
    right.to.map((reach) => words[reach]).join(', '),
  ]);
  return page([
    generatedNotice('contract/src/audiences.ts'),
    '# Who may send what to whom',
    [
      'Each part of an audience is checked, exceptions too, because the number of people reached would tell who is in them.',
      'Somebody in several groups may do what any of them may. Whoever sends is never among the recipients.',
    ].join('\n'),
    table(['sender', 'kinds', 'to'], rows),
    table(
      ['to', 'means'],
      kinds.map((kind) => [words[kind], parts[kind]]),
    ),
  ]);
}
