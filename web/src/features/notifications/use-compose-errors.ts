/** What is wrong with the draft on screen: found here before it is sent, or by the server. */
import type { Problem } from '@slipmat/contract/problems';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { type FieldErrors, noErrors, placeProblem } from '../../ui/form-problems.ts';
import { type ComposeDraft, draftErrors } from './compose-draft.ts';

const fields = [
  'title',
  'text',
  'link',
  'audience',
  'startsAt',
  'expiresAt',
  'pushAfter',
  'emailAfter',
  'reminders',
];

interface ComposeErrors {
  readonly errors: FieldErrors;
  /** What no field can show. */
  readonly rest: Problem | undefined;
  /** Checks a draft before it is sent and shows what is wrong. */
  readonly passes: (draft: ComposeDraft) => boolean;
  /** For the form; the first field that is wrong gets the focus. */
  readonly ref: RefObject<HTMLFormElement | null>;
}

/** @param failure the problem of the last attempt. */
export function useComposeErrors(failure: Problem | undefined): ComposeErrors {
  const [errors, setErrors] = useState<FieldErrors>(noErrors);
  const [answered, setAnswered] = useState<Problem>();
  const ref = useRef<HTMLFormElement>(null);
  const placed = placeProblem(failure, fields);
  if (answered !== failure) {
    setAnswered(failure);
    setErrors(placed.errors);
  }
  useEffect(() => {
    if (Object.keys(errors).length === 0) return;
    const wrong = ref.current?.querySelector('[aria-invalid="true"]');
    if (wrong instanceof HTMLElement) wrong.focus();
  }, [errors]);
  return {
    errors,
    rest: placed.rest,
    ref,
    passes(draft) {
      const found = draftErrors(draft, Date.now());
      setErrors(found);
      return Object.keys(found).length === 0;
    },
  };
}
