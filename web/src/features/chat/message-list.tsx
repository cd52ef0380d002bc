/** The talk: history above, the newest below, the reader's own unsent lines last. */
import type { ChatState } from '@slipmat/contract/chat';
import { useEffect, useMemo, useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { MessageRow } from './message-row.tsx';
import { OwnRow } from './own-row.tsx';
import type { Room, RoomView } from './room.ts';
import { rowsOf, unseenAfter } from './rows.ts';
import { actsOn, type Reader } from './standing.ts';
import type { Moderation } from './use-room.ts';
import type { Stick } from './use-stick.ts';

interface MessageListProps {
  readonly room: Room;
  readonly view: RoomView;
  readonly reader: Reader;
  readonly hostId: string | undefined;
  readonly moderation: Moderation;
  readonly stick: Stick;
  readonly now: number;
}

/** So near to the top, older messages are fetched without a press. Pixels. */
const nearTop = 80;

/** Safari does not let the keyboard into a list that scrolls unless told (WCAG 2.1.1). */
const scrollable = { tabIndex: 0 } as const;

export function MessageList(props: MessageListProps) {
  const { room, view, stick } = props;
  const chat = view.log.room;
  const onScroll = (): void => {
    stick.onScroll();
    const list = stick.ref.current;
    const wanted = view.log.more && !view.history.busy && view.history.problem === undefined;
    if (list !== null && wanted && list.scrollTop < nearTop && !stick.atEnd) room.readOlder();
  };
  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={stick.ref}
        onScroll={onScroll}
        role="log"
        aria-label="Messages"
        {...scrollable}
        className="absolute inset-0 overflow-y-auto overscroll-contain px-1 pb-2 [overflow-anchor:none] sm:px-2"
      >
        {chat === undefined ? <NoRoomYet view={view} /> : <Talk {...props} chat={chat} />}
      </div>
      <NewMessages view={view} stick={stick} />
    </div>
  );
}

function NoRoomYet({ view }: { readonly view: RoomView }) {
  if (view.problem !== undefined) return <ProblemNotice problem={view.problem} className="m-3" />;
  return (
    <div className="p-3">
      <SkeletonRows rows={5} label="Loading the chat" />
    </div>
  );
}

function Talk({
  chat,
  room,
  view,
  reader,
  hostId,
  moderation,
  now,
}: MessageListProps & { readonly chat: ChatState }) {
  const rows = useMemo(() => rowsOf(chat.messages), [chat.messages]);
  return (
    <>
      <Beginning room={room} view={view} empty={rows.length === 0 && view.log.own.length === 0} />
      <ol>
        {rows.map(({ message, named }) => (
          <MessageRow
            key={message.id}
            message={message}
            named={named}
            acts={actsOn(message, reader, hostId, chat, now).join(' ')}
            moderation={moderation}
          />
        ))}
        {view.log.own.map((line) => (
          <OwnRow key={line.key} line={line} room={room} now={now} />
        ))}
      </ol>
    </>
  );
}

function Beginning({
  room,
  view,
  empty,
}: {
  readonly room: Room;
  readonly view: RoomView;
  readonly empty: boolean;
}) {
  const { busy, problem } = view.history;
  if (problem !== undefined)
    return <ProblemNotice problem={problem} onRetry={room.readOlder} busy={busy} className="m-2" />;
  if (view.log.more)
    return (
      <div className="flex justify-center py-2">
        <Button small busy={busy} onClick={room.readOlder}>
          Older messages
        </Button>
      </div>
    );
  return (
    <p className="px-3 py-4 text-center text-sm text-quiet">
      {empty ? 'Nobody has said anything yet. Say hello!' : 'The beginning of the chat.'}
    </p>
  );
}

function NewMessages({ view, stick }: Pick<MessageListProps, 'view' | 'stick'>) {
  const messages = view.log.room?.messages ?? [];
  const last = messages.at(-1)?.id;
  const [seen, setSeen] = useState<string>();
  useEffect(() => {
    if (stick.atEnd && last !== undefined) setSeen(last);
  }, [stick.atEnd, last]);
  if (stick.atEnd) return null;
  const count = unseenAfter(messages, seen);
  return (
    <div className="pointer-events-none absolute inset-x-0 bottom-3 flex justify-center">
      <Button
        small
        variant={count > 0 ? 'primary' : 'quiet'}
        onClick={stick.toEnd}
        className="pointer-events-auto bg-raised shadow-lg"
      >
        {count === 0 ? 'To the newest' : `${count} new ${count === 1 ? 'message' : 'messages'}`}
      </Button>
    </div>
  );
}
