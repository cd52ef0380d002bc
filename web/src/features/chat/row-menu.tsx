/** What the reader may do about a message, as a menu. Loaded when it is first wanted. */
import type { ChatMessage } from '@slipmat/contract/chat';
import type { ReactElement } from 'react';
import { Menu, type MenuItem } from '../../ui/menu.tsx';
import type { MessageAct } from './standing.ts';
import type { Moderation } from './use-room.ts';

interface RowMenuProps {
  readonly trigger: ReactElement;
  readonly message: ChatMessage;
  /** What the reader may do, joined by spaces. */
  readonly acts: string;
  readonly moderation: Moderation;
}

export function RowMenu({ trigger, message, acts, moderation }: RowMenuProps) {
  return <Menu defaultOpen trigger={trigger} items={menuItems(message, acts, moderation)} />;
}

function menuItems({ id, author }: ChatMessage, acts: string, moderation: Moderation): MenuItem[] {
  const allowed = new Set<string>(acts.split(' '));
  const may = (act: MessageAct): boolean => allowed.has(act);
  const items: MenuItem[] = [];
  if (may('hide')) items.push({ label: 'Hide message', danger: true, onSelect: () => moderation.hide(id) });
  if (may('time-out'))
    for (const [minutes, words] of [
      [1, '1 minute'],
      [10, '10 minutes'],
      [60, '1 hour'],
    ] as const)
      items.push({ label: `Time-out, ${words}`, onSelect: () => moderation.restrict(author.id, minutes) });
  if (may('mute'))
    items.push({
      label: 'Mute for this event',
      danger: true,
      onSelect: () => moderation.restrict(author.id, null),
    });
  if (may('let-write'))
    items.push({ label: 'Let write again', onSelect: () => moderation.unrestrict(author.id) });
  return items;
}
