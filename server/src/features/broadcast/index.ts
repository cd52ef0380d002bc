/** Broadcast: from the DJ's software to the listeners. Made here from its parts. */
import { createDesk, type DeskDeps } from './desk.ts';
import { createStreamKeys } from './keys.ts';
import { createListenerCounts } from './listener-counts.ts';
import { createOutlets } from './outlets.ts';
import { createSources } from './sources.ts';

export type BroadcastDeps = DeskDeps;

export type Broadcast = ReturnType<typeof createBroadcast>;

export function createBroadcast(deps: BroadcastDeps) {
  const keys = createStreamKeys(deps);
  const outlets = createOutlets(deps);
  const desk = createDesk(deps);
  const sources = createSources({ ...deps, desk, outlets });
  const countListeners = createListenerCounts({ ...deps, desk, outlets });
  return { keys, outlets, desk, sources, countListeners };
}
