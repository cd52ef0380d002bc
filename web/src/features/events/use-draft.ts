/** The draft under edit, kept in this tab over a reload until it is saved. */
import { useState } from 'react';
import { keepValue, keptValue } from '../../ui/kept.ts';
import { EventDraft } from './draft.ts';

export interface KeptDraft {
  readonly draft: EventDraft;
  readonly change: (next: EventDraft) => void;
  /** True when the draft comes from before a reload. */
  readonly restored: boolean;
  /** Saved, or thrown away: nothing is kept any more. */
  readonly settle: (next: EventDraft) => void;
}

/** @param name of the event, or "new". */
export function useDraft(name: string, initial: () => EventDraft): KeptDraft {
  const key = `slipmat-event-${name}`;
  const [begin] = useState(() => {
    const kept = keptValue(sessionStorage, key, EventDraft);
    return { draft: kept ?? initial(), restored: kept !== undefined };
  });
  const [draft, setDraft] = useState(begin.draft);
  const [restored, setRestored] = useState(begin.restored);
  return {
    draft,
    restored,
    change: (next) => {
      setDraft(next);
      keepValue(sessionStorage, key, next);
    },
    settle: (next) => {
      setDraft(next);
      setRestored(false);
      keepValue(sessionStorage, key, undefined);
    },
  };
}
