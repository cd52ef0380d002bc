/** What the host and moderators set for the whole chat: slow mode, and who cannot write. */
import type { ChatState } from '@slipmat/contract/chat';
import { useId } from 'react';
import { Button } from '../../ui/button.tsx';
import type { Moderation } from './use-room.ts';
import { spell } from './words.ts';

/** Steps of slow mode, in seconds. */
const slowSteps = [0, 5, 15, 30, 60, 300] as const;

interface ModeratorBarProps {
  readonly chat: ChatState;
  readonly moderation: Moderation;
  readonly now: number;
}

export function ModeratorBar({ chat, moderation, now }: ModeratorBarProps) {
  const id = useId();
  const { slowModeSeconds } = chat;
  const steps = [...new Set([...slowSteps, slowModeSeconds])].toSorted((a, b) => a - b);
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1 text-sm">
      <label htmlFor={id} className="flex items-center gap-2 text-quiet">
        Slow mode
        <select
          id={id}
          value={slowModeSeconds}
          onChange={(event) => moderation.slowMode(Number(event.target.value))}
          className="min-h-11 rounded-lg border border-edge bg-sunken px-2 text-ink sm:min-h-9"
        >
          {steps.map((seconds) => (
            <option key={seconds} value={seconds}>
              {seconds === 0 ? 'off' : spell(seconds * 1000)}
            </option>
          ))}
        </select>
      </label>
      <Restricted chat={chat} moderation={moderation} now={now} />
    </div>
  );
}

function Restricted({ chat, moderation, now }: ModeratorBarProps) {
  const holding = chat.restrictions.filter(({ until }) => until === null || until > now);
  if (holding.length === 0) return null;
  return (
    <details className="group w-full">
      <summary className="inline-flex min-h-11 items-center gap-2 text-quiet sm:min-h-9">
        <span aria-hidden="true" className="transition-transform group-open:rotate-90">
          ▸
        </span>
        {holding.length === 1 ? 'One person' : `${holding.length} people`} cannot write
      </summary>
      <ul className="flex flex-col gap-1 pb-1">
        {holding.map(({ person, until }) => (
          <li key={person.id} className="flex items-center justify-between gap-3">
            <span>
              {person.displayName}{' '}
              <span className="text-quiet tabular-nums">
                {until === null ? 'for this event' : `for ${spell(until - now)}`}
              </span>
            </span>
            <Button small onClick={() => moderation.unrestrict(person.id)}>
              Let write again
            </Button>
          </li>
        ))}
      </ul>
    </details>
  );
}
