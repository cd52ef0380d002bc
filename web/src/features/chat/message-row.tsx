/** A message of the room, with what the reader may do about it. */
import type { ChatMessage, ChatRole } from '@slipmat/contract/chat';
import { lazy, memo, Suspense, useState } from 'react';
import { Badge, type BadgeTone } from '../../ui/badge.tsx';
import { classes } from '../../ui/classes.ts';
import { LinkedText } from '../../ui/linked-text.tsx';
import { Time } from '../../ui/time.tsx';
import type { Moderation } from './use-room.ts';

const RowMenu = lazy(async () => ({ default: (await import('./row-menu.tsx')).RowMenu }));

const roleLooks: Readonly<Record<ChatRole, { readonly word: string; readonly tone: BadgeTone }>> = {
  host: { word: 'Host', tone: 'lamp' },
  dj: { word: 'DJ', tone: 'plain' },
  moderator: { word: 'Moderator', tone: 'good' },
  mentor: { word: 'Mentor', tone: 'plain' },
  staff: { word: 'Staff', tone: 'good' },
};

/** The host plays as a rule, so that one mark says both. */
function marksOf(roles: readonly ChatRole[]): readonly ChatRole[] {
  return roles.includes('host') ? roles.filter((role) => role !== 'dj') : roles;
}

interface MessageRowProps {
  readonly message: ChatMessage;
  /** True when the row says who speaks. */
  readonly named: boolean;
  /** What the reader may do, joined by spaces: a text keeps the row from being drawn again for nothing. */
  readonly acts: string;
  readonly moderation: Moderation;
}

export const MessageRow = memo(function MessageRow({ message, named, acts, moderation }: MessageRowProps) {
  const { author, hidden, text, at } = message;
  return (
    <li
      className={classes(
        'group relative rounded-lg px-3 pr-12 hover:bg-sunken/70',
        named ? 'mt-2 pt-1' : 'py-px',
      )}
    >
      {named && (
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="font-semibold">{author.displayName}</span>
          {marksOf(author.roles).map((role) => (
            <Badge key={role} tone={roleLooks[role].tone}>
              {roleLooks[role].word}
            </Badge>
          ))}
          <Time at={at} as="clock" className="text-xs text-quiet tabular-nums" />
        </p>
      )}
      {hidden ? (
        <p className="text-quiet italic">Message hidden</p>
      ) : (
        <p className="whitespace-pre-wrap [overflow-wrap:anywhere]">
          <LinkedText text={text} />
        </p>
      )}
      {acts !== '' && <RowActs message={message} acts={acts} moderation={moderation} />}
    </li>
  );
});

function RowActs({ message, acts, moderation }: Omit<MessageRowProps, 'named'>) {
  const [wanted, setWanted] = useState(false);
  const button = (
    <button
      type="button"
      aria-label={`What to do with the message of ${message.author.displayName}`}
      onClick={wanted ? undefined : () => setWanted(true)}
      className={classes(
        'absolute top-0 right-0 inline-flex size-11 items-center justify-center rounded-full text-quiet hover:text-ink',
        'focus-visible:opacity-100 sm:size-9 [@media(hover:hover)]:opacity-0',
        '[@media(hover:hover)]:group-hover:opacity-100 [@media(hover:hover)]:data-[state=open]:opacity-100',
      )}
    >
      <svg viewBox="0 0 16 16" aria-hidden="true" className="size-4 fill-current">
        <circle cx="3" cy="8" r="1.4" />
        <circle cx="8" cy="8" r="1.4" />
        <circle cx="13" cy="8" r="1.4" />
      </svg>
    </button>
  );
  if (!wanted) return button;
  return (
    <Suspense fallback={button}>
      <RowMenu trigger={button} message={message} acts={acts} moderation={moderation} />
    </Suspense>
  );
}
