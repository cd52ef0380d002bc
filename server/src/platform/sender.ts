/**
 * Sends what waits in a table, some at once. A row that is being sent is leased to this process, and the lease renewed
 * for as long as it is: what a killed process had in hand is taken over by whoever looks next.
 */
import type { Clock } from './clock.ts';
import type { Log } from './log.ts';

/** Milliseconds. */
export const leaseTimes = {
  /** A process that has not renewed for so long is taken for dead. */
  lease: 20_000,
  renew: 5_000,
  /** How often it is looked for new rows while others are being sent. */
  look: 1_000,
  /** When the server stops: what is under way has so long to end by itself. */
  stop: 5_000,
} as const;

/** Times as many as are sent at once: some seconds of a slow server's, and far below the lease. */
const leasedAhead = 8;

export interface SenderDeps<Job extends { readonly id: string }> {
  readonly name: string;
  readonly clock: Clock;
  readonly log: Pick<Log, 'error' | 'warn'>;
  /** How many are sent at once; as many again, a few times over, are leased ahead, since each lease is a commit. */
  readonly concurrency: number;
  /** Leases up to `limit` rows that are due. */
  readonly claim: (limit: number) => Promise<readonly Job[]>;
  /** Renews the leases. @returns how many this process still had. */
  readonly renew: (ids: readonly string[]) => Promise<number>;
  /** Sends one and writes down what became of it. @param signal aborted when the server cannot wait any more. */
  readonly send: (job: Job, signal: AbortSignal) => Promise<void>;
}

export interface Sender {
  /** Sends until nothing more is due or may be sent. For a tick. */
  run(): Promise<void>;
  /** Claims no more, and cuts what is under way off after a few seconds. */
  stop(): void;
}

export function createSender<Job extends { readonly id: string }>(deps: SenderDeps<Job>): Sender {
  const { name, clock, log, concurrency } = deps;
  const inFlight = new Map<string, Promise<void>>();
  /** Leased, and not begun yet. */
  const ahead: Job[] = [];
  const abort = new AbortController();
  let isStopped = false;

  function start(job: Job): void {
    const sending = deps
      .send(job, abort.signal)
      .catch((error: unknown) =>
        log.error({ err: error, id: job.id }, `${name}: not noted; sent again later`),
      )
      .finally(() => inFlight.delete(job.id));
    inFlight.set(job.id, sending);
  }

  function renew(): void {
    const ids = [...inFlight.keys(), ...ahead.map(({ id }) => id)];
    if (ids.length === 0) return;
    deps.renew(ids).then(
      (kept) => {
        if (kept < ids.length) log.warn({ lost: ids.length - kept }, `${name}: leases were lost`);
      },
      (error: unknown) => log.error({ err: error }, `${name}: leases not renewed`),
    );
  }

  function nextLook(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = clock.after(leaseTimes.look, resolve);
    return Promise.race([promise, ...inFlight.values()]).finally(cancel);
  }

  return {
    async run() {
      const stopRenewing = clock.every(leaseTimes.renew, renew);
      try {
        for (;;) {
          if (isStopped) ahead.length = 0;
          else if (ahead.length < concurrency) ahead.push(...(await deps.claim(concurrency * leasedAhead)));
          for (const job of ahead.splice(0, concurrency - inFlight.size)) start(job);
          if (inFlight.size === 0) return;
          await nextLook();
        }
      } finally {
        stopRenewing();
      }
    },
    stop() {
      isStopped = true;
      clock.after(leaseTimes.stop, () => abort.abort());
    },
  };
}
