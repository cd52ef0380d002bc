/** The draft under edit, kept in this tab over a reload until it is sent. */
import { useState } from 'react';
import { newKey } from '../../api/new-key.ts';
import { keepValue, keptValue } from '../../ui/kept.ts';
import { ComposeDraft, newDraft, type Prefill } from './compose-draft.ts';

export interface KeptCompose {
  readonly draft: ComposeDraft;
  readonly change: (next: ComposeDraft) => void;
  /** True when the draft comes from before a reload. */
  readonly restored: boolean;
  /** Begins anew. */
  readonly discard: () => void;
  /** It was sent: nothing is kept any more. */
  readonly settle: () => void;
}

/** @param prefill what the address asks for; each has a draft of its own. */
export function useCompose(personId: string, prefill: Prefill): KeptCompose {
  const place = `slipmat-compose-${JSON.stringify([personId, prefill])}`;
  const [begin] = useState(() => {
    const kept = keptValue(sessionStorage, place, ComposeDraft);
    return { draft: kept ?? newDraft(newKey, prefill), restored: kept !== undefined };
  });
  const [draft, setDraft] = useState(begin.draft);
  const [restored, setRestored] = useState(begin.restored);
  return {
    draft,
    restored,
    change(next) {
      setDraft(next);
      keepValue(sessionStorage, place, next);
    },
    discard() {
      setDraft(newDraft(newKey, prefill));
      setRestored(false);
      keepValue(sessionStorage, place, undefined);
    },
    settle: () => keepValue(sessionStorage, place, undefined),
  };
}
