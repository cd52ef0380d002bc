/**
 * Writes that arrive together are committed together: one transaction, a savepoint each, one flush to disk.
 * A write is acknowledged after the commit, so grouping changes what a commit costs and not what it promises.
 */
import { type Kysely, sql, type Transaction } from 'kysely';
import { ProblemError } from '../platform/problem-error.ts';
import type { Tables } from './schema.ts';
import { asProblem, storageTrouble } from './storage-error.ts';

/** Runs after the commit, and only then: publishing, closing sockets. */
export type AfterCommit = (act: () => void) => void;
/** May run more than once when the database asks for a retry, so it touches nothing but the database. */
export type Work<T> = (trx: Transaction<Tables>, afterCommit: AfterCommit) => Promise<T>;

/** Writes per transaction: keeps the first writer of a batch from waiting long for the last. */
const batchSize = 64;
/** Writes waiting; beyond this the server says that it is busy instead of growing. */
const queueLimit = 5_000;
/** Tries after a deadlock or a serialisation failure with another process. */
const tries = 3;

interface Job {
  /** Runs the work inside the transaction and remembers its outcome. */
  run(trx: Transaction<Tables>): Promise<void>;
  /** Tells the caller: the outcome after a commit, or why the commit failed. */
  settle(failure: { error: unknown } | undefined): void;
}

function createJob<T>(work: Work<T>, resolve: (value: T) => void, reject: (error: unknown) => void): Job {
  let outcome: { value: T; acts: (() => void)[] } | { error: unknown } = { error: new Error('not run') };
  return {
    async run(trx) {
      const acts: (() => void)[] = [];
      try {
        outcome = { value: await work(trx, (act) => acts.push(act)), acts };
      } catch (error) {
        outcome = { error };
        throw error;
      }
    },
    settle(failure) {
      if (failure !== undefined) return reject(asProblem(failure.error));
      if ('error' in outcome) return reject(asProblem(outcome.error));
      for (const act of outcome.acts) act();
      resolve(outcome.value);
    },
  };
}

/** Runs one job so that its failure takes back its own writes and nobody else's. */
async function runIsolated(trx: Transaction<Tables>, job: Job, alone: boolean): Promise<void> {
  if (alone) return job.run(trx);
  await sql`savepoint job`.execute(trx);
  try {
    await job.run(trx);
  } catch (error) {
    const trouble = storageTrouble(error);
    if (trouble !== undefined && trouble !== 'duplicate') throw error;
    await sql`rollback to savepoint job`.execute(trx);
  }
  await sql`release savepoint job`.execute(trx);
}

/** A single job that fails by its own rule rolls the transaction back; that is not a failed commit. */
async function commitBatch(writer: Kysely<Tables>, batch: readonly Job[]): Promise<void> {
  let own: { error: unknown } | undefined;
  try {
    await writer.transaction().execute(async (trx) => {
      for (const job of batch) {
        try {
          await runIsolated(trx, job, batch.length === 1);
        } catch (error) {
          const trouble = storageTrouble(error);
          if (batch.length === 1 && (trouble === undefined || trouble === 'duplicate')) own = { error };
          throw error;
        }
      }
    });
  } catch (error) {
    if (own === undefined) throw error;
  }
}

/** Commits a batch; a batch that met another process's lock is run again, each write on its own. */
async function commit(writer: Kysely<Tables>, batch: readonly Job[], tried = 1): Promise<void> {
  try {
    await commitBatch(writer, batch);
  } catch (error) {
    if (storageTrouble(error) === 'contention' && tried < tries) {
      for (const job of batch) await commit(writer, [job], tried + 1);
      return;
    }
    for (const job of batch) job.settle({ error });
    return;
  }
  for (const job of batch) job.settle(undefined);
}

export interface GroupCommit {
  /**
   * @param work see `Work`.
   * @returns what the work returned, after its commit.
   * @throws what the work threw; `busy`, `storage-full` or `storage-unavailable`.
   */
  write<T>(work: Work<T>): Promise<T>;
  /** Resolves when everything written so far is settled. */
  idle(): Promise<void>;
}

/** @param writer the connection (SQLite) or pool (PostgreSQL) that the transactions run on. */
export function createGroupCommit(writer: Kysely<Tables>): GroupCommit {
  const queue: Job[] = [];
  let running: Promise<void> | undefined;

  async function drain(): Promise<void> {
    // One turn of the event loop, so that everything that came in together is in the first batch.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (queue.length > 0) await commit(writer, queue.splice(0, batchSize));
    running = undefined;
  }

  return {
    write(work) {
      if (queue.length >= queueLimit) return Promise.reject(new ProblemError('busy'));
      return new Promise((resolve, reject) => {
        queue.push(createJob(work, resolve, reject));
        running ??= drain();
      });
    },
    idle: () => running ?? Promise.resolve(),
  };
}
