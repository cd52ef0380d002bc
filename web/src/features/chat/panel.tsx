/** The chat of an event, to stand in a page. */
import { lazy, Suspense, useId, useMemo, useSyncExternalStore } from 'react';
import { toRead } from '../../api/to-read.ts';
import { Boundary } from '../../ui/boundary.tsx';
import { classes } from '../../ui/classes.ts';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { useNow } from '../../ui/use-now.ts';
import { useMe } from '../sessions/state.ts';
import { Composer } from './composer.tsx';
import { MessageList } from './message-list.tsx';
import { countsDown, mayModerate, standingOf } from './standing.ts';
import { StateLine } from './state-line.tsx';
import { moderationOf, useRoom } from './use-room.ts';
import { useStick } from './use-stick.ts';
import { spell } from './words.ts';

const ModeratorBar = lazy(async () => ({ default: (await import('./moderator-bar.tsx')).ModeratorBar }));

interface ChatPanelProps {
  readonly slug: string;
  /** The event's host, who may moderate; undefined while not known. */
  readonly hostId: string | undefined;
  /** Its height comes from outside. */
  readonly className?: string;
}

export function ChatPanel({ slug, hostId, className }: ChatPanelProps) {
  const title = useId();
  const me = useMe();
  const reader = me.data?.account;
  const { room, view } = useRoom(slug, reader === undefined ? undefined : (reader?.id ?? null));
  const moderation = useMemo(() => moderationOf(slug), [slug]);
  const chat = view.log.room;
  const counts = view.log.own.some((line) => line.phase.name === 'failed');
  const now = useNow(counts || (chat !== undefined && countsDown(chat)) ? 1_000 : null);
  const standing = standingOf(
    chat,
    reader,
    hostId,
    useSyncExternalStore(toRead.subscribe, toRead.count),
    now,
  );
  const stick = useStick(chat?.messages[0]?.id);
  const moderates = mayModerate(reader, hostId);
  const readOnly = standing.name !== 'may-write' && standing.name !== 'slow' && standing.name !== 'loading';
  return (
    <section
      aria-labelledby={title}
      className={classes('flex min-h-0 flex-col rounded-2xl border border-line bg-raised', className)}
    >
      <header className="flex flex-col gap-1 border-b border-line px-4 py-2.5">
        <div className="flex flex-wrap items-center justify-between gap-x-4">
          <h2 id={title} className="text-base">
            Chat
          </h2>
          <StateLine readOnly={readOnly} />
        </div>
        {chat !== undefined && moderates && (
          <Boundary where="the moderators’ controls">
            <Suspense>
              <ModeratorBar chat={chat} moderation={moderation} now={now} />
            </Suspense>
          </Boundary>
        )}
        {chat !== undefined && !moderates && chat.slowModeSeconds > 0 && (
          <p className="text-sm text-quiet">
            Slow mode: one message every {spell(chat.slowModeSeconds * 1000)}.
          </p>
        )}
        {chat !== undefined && view.problem !== undefined && <ProblemNotice problem={view.problem} />}
      </header>
      <MessageList
        room={room}
        view={view}
        reader={reader}
        hostId={hostId}
        moderation={moderation}
        stick={stick}
        now={now}
      />
      <Composer room={room} draft={view.draft} standing={standing} now={now} onSent={stick.toEnd} />
    </section>
  );
}
