/** What is wrong with a draft on screen: found here before it is sent, or by the server. */
import type { Problem } from '@slipmat/contract/problems';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { type FieldErrors, noErrors, placeProblem } from './form-problems.ts';

export interface DraftErrors<Draft> {
  readonly errors: FieldErrors;
  /** What no field can show. */
  readonly rest: Problem | undefined;
  /** Checks a draft before it is sent and shows what is wrong. */
  readonly passes: (draft: Draft) => boolean;
  /** For the form; the first field that is wrong gets the focus. */
  readonly ref: RefObject<HTMLFormElement | null>;
}

/**
 * @param failure the problem of the last attempt.
 * @param fields those that show what is wrong with them.
 * @param check finds what is wrong before it is sent.
 */
export function useDraftErrors<Draft>(
  failure: Problem | undefined,
  fields: readonly string[],
  check: (draft: Draft) => FieldErrors,
): DraftErrors<Draft> {
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
      const found = check(draft);
      setErrors(found);
      return Object.keys(found).length === 0;
    },
  };
}
