/** Work that comes round again: never twice at once, and a failure is logged and not the end of it. */
import type { Cancel, Clock } from './platform/clock.ts';
import type { Log } from './platform/log.ts';

export interface Tick {
  readonly name: string;
  readonly everyMs: number;
  readonly act: () => Promise<void>;
}

/** Starts the ticks; @returns stops them and waits for what is under way. */
export function startTicks(ticks: readonly Tick[], clock: Clock, log: Log): () => Promise<void> {
  const running = new Map<string, Promise<void>>();
  const cancels: Cancel[] = ticks.map(({ name, everyMs, act }) =>
    clock.every(everyMs, () => {
      if (running.has(name)) return;
      const run = act()
        .catch((error: unknown) =>
          log.error({ err: error, tick: name }, 'tick failed; the next one tries again'),
        )
        .finally(() => running.delete(name));
      running.set(name, run);
    }),
  );
  return async () => {
    for (const cancel of cancels) cancel();
    await Promise.all(running.values());
  };
}
