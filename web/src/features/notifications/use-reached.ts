/** How many people the draft reaches, asked when its audience has not changed for a moment. */
import { type Reached, sendingEndpoints } from '@slipmat/contract/sending';
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { call } from '../../api/client.ts';
import type { ProblemError } from '../../api/problem-error.ts';
import { keyOf } from '../../api/queries.ts';
import { useSettled } from '../../ui/use-settled.ts';
import { isWhole } from './audience.ts';
import { bodyOf, type ComposeDraft } from './compose-draft.ts';

/** Typing faster than this asks once. Milliseconds. */
const typingPause = 400;

export interface AskedReach {
  readonly asked: UseQueryResult<Reached, ProblemError>;
  /** Of exactly the audience on screen; undefined while that is not known. */
  readonly reached: Reached | undefined;
  /** False: there is nothing to ask yet. */
  readonly isWhole: boolean;
}

export function useReached(draft: ComposeDraft): AskedReach {
  const { kind, audience } = bodyOf(draft);
  const whole = draft.to.length > 0 && [...draft.to, ...draft.except].every(isWhole);
  const now = JSON.stringify({ kind, audience });
  const settled = useSettled(now, typingPause);
  // The key is the whole question, so an answer to an older one is never taken for this one's.
  const asked = useQuery<Reached, ProblemError>({
    queryKey: [...keyOf(sendingEndpoints.preview), settled],
    queryFn: async ({ signal }) =>
      (await call(sendingEndpoints.preview, { body: JSON.parse(settled), signal })).reached,
    enabled: whole && settled === now,
    meta: { where: 'how many people this reaches', shown: true },
  });
  return { asked, isWhole: whole, reached: whole && settled === now ? asked.data : undefined };
}
