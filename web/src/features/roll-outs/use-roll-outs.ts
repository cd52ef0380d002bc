/** Roll-outs as staff follow them, and what they can do about them. */
import { type RollOutsState, rollOutsEndpoints } from '@slipmat/contract/roll-outs';
import { keyOf, queries, useAsk } from '../../api/queries.ts';
import { askEvery, type Followed, tells, useEither } from '../../api/use-either.ts';
import { useTopic } from '../../api/use-topic.ts';
import { rollOutsTopic } from './topic.ts';

const where = 'the roll-outs';

/** Follows all roll-outs: over the socket, over HTTP where that does not speak. */
export function useRollOuts(): Followed<RollOutsState> {
  const topic = useTopic('roll-outs', rollOutsTopic);
  const show = useAsk(rollOutsEndpoints.show, undefined, {
    where,
    shown: true,
    ...(tells(topic) ? {} : { every: askEvery }),
  });
  return useEither(topic, show, where);
}

/** Puts what an act answered on screen, where the socket does not tell. */
export function keepAnswer(state: RollOutsState): void {
  queries.setQueryData(keyOf(rollOutsEndpoints.show, {}), state);
}
