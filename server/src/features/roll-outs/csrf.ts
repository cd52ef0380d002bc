/** CSRF protection that is rolled out: which refusals of the guard count, and which are only counted. */
import type { ProblemCode } from '@slipmat/contract/problems';
import type { Database } from '#server/db/open.ts';
import { BoundedMap } from '#server/platform/bounded-map.ts';
import type { Clock } from '#server/platform/clock.ts';
import { ProblemError } from '#server/platform/problem-error.ts';
import { encodeSegment, segmentOf } from './segment.ts';
import { count, type Note, sessionExists } from './session-store.ts';
import { isReached } from './share.ts';

/** Sessions whose answer this process knows, so that it is queued once; about 6 MB. */
const knownLimit = 20_000;
/** Answers waiting to be written down: those of a minute of a very busy site. Beyond it they are dropped and told. */
const queueLimit = 10_000;
/** Answers written down together. */
const batchSize = 200;

/**
 * How far enforcement has come. `counting`: declared only; refusals are let through and make the figures to begin
 * with (revision 0). `off`: taken back. `share`: for some sessions. `all`: for everybody.
 */
export type Enforcement =
  | { readonly kind: 'counting' | 'off' | 'all' }
  | { readonly kind: 'share'; readonly percent: number; readonly revision: number };

/** A request that the guard has judged. */
export interface Judged {
  /** What the guard would answer; undefined when it lets the request pass. */
  readonly code: ProblemCode | undefined;
  /** Undefined: nobody is signed in. */
  readonly sessionId: string | undefined;
  readonly userAgent: string;
}

export interface CsrfDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly enforcement: () => Enforcement;
  readonly noteFinding: (finding: string, userAgent: string) => void;
  /** See `Note`. */
  readonly writer: number;
}

export function createCsrf({ db, clock, enforcement, noteFinding, writer }: CsrfDeps) {
  const known = new BoundedMap<string, Note['outcome']>(knownLimit);
  let queue: Note[] = [];
  let dropped = 0;

  function queueNote(revision: number, sessionId: string, { code, userAgent }: Judged): void {
    const outcome = code === undefined ? 'accepted' : 'refused';
    const key = `${revision} ${sessionId}`;
    const before = known.get(key);
    if (before === outcome || before === 'refused') return;
    if (queue.length >= queueLimit) {
      dropped += 1;
      return;
    }
    known.set(key, outcome);
    const segment = encodeSegment(segmentOf(userAgent));
    queue.push({ kind: 'csrf', revision, sessionId, segment, outcome, at: clock.now(), writer });
  }

  /** A refusal that is let through: once for each session and kind of refusal. */
  function countOnly(sessionId: string, { code, userAgent }: Judged): void {
    if (code === undefined) return;
    const key = `${code} ${sessionId}`;
    if (known.get(key) !== undefined) return;
    known.set(key, 'refused');
    noteFinding(code, userAgent);
  }

  async function write(batch: readonly Note[]): Promise<void> {
    await db.write(async (trx) => {
      for (const note of batch) {
        if (await sessionExists(trx, note.sessionId)) await count(trx, note);
      }
    });
  }

  return {
    /** For requests that the guard is about: others would count as accepted without having been judged. */
    judge(judged: Judged): 'pass' | 'refuse' {
      const verdict = judged.code === undefined ? 'pass' : 'refuse';
      const { sessionId } = judged;
      const stage = enforcement();
      if (sessionId === undefined || stage.kind === 'all') return verdict;
      if (stage.kind === 'share' && isReached('csrf', sessionId, stage.percent)) {
        queueNote(stage.revision, sessionId, judged);
        return verdict;
      }
      if (stage.kind === 'counting') queueNote(0, sessionId, judged);
      countOnly(sessionId, judged);
      return 'pass';
    },
    /**
     * Writes down what was noted.
     * @returns how many notes were dropped since the last time because too many waited.
     * @throws when storage does not answer; what was not written waits for the next time.
     */
    async flush(): Promise<number> {
      while (queue.length > 0) {
        const batch = queue.slice(0, batchSize);
        queue = queue.slice(batchSize);
        try {
          await write(batch);
        } catch (error) {
          // What is not the storage's fault would fail again, and hold up the rest for ever.
          if (error instanceof ProblemError) queue = [...batch, ...queue].slice(0, queueLimit);
          throw error;
        }
      }
      const lost = dropped;
      dropped = 0;
      return lost;
    },
  };
}
