/** One accepted source: its body to frames, at play speed, until it ends. */
import type { Clock } from '../audio/clock.ts';
import { createIntake, type IntakeFailure } from '../audio/intake.ts';
import { type BodyReader, createBodyReader, type Framing } from './body.ts';
import type { ByteReader } from './byte-reader.ts';
import type { SourceEnd, SourceSink } from './hooks.ts';
import type { IngestLimits } from './limits.ts';

/**
 * How fast an advance over the clock is forgotten: sound cards run some 0.01 % off, and a DJ whose clock is
 * fast must not be slowed down after hours.
 */
const FORGIVENESS = 1.02;

export interface SourceOptions {
  readonly framing: Framing;
  readonly contentType: string | null;
  readonly sink: SourceSink;
  readonly reader: ByteReader;
  readonly clock: Clock;
  readonly limits: IngestLimits;
}

/** How a source ended; `rest` is what came behind a finished body. */
export interface SourceResult {
  readonly end: SourceEnd;
  readonly rest: Buffer;
  /** What was wrong, for `unsupported-format`. */
  readonly failure: IntakeFailure | null;
}

export interface Source {
  /** Reads until the end; the sink has heard `closed` when it resolves. Rejects with what the sink throws. */
  readonly run: () => Promise<SourceResult>;
  /** Ends it now. The sink hears `closed` before this returns. */
  readonly stop: (why: SourceEnd) => void;
}

const EMPTY: Buffer = Buffer.alloc(0);

/** A source that has been answered and may send. */
export function createSource(options: SourceOptions): Source {
  const { sink, reader, clock, limits } = options;
  const body: BodyReader = createBodyReader(options.framing);
  const intake = createIntake(options.contentType);
  let result: SourceResult | null = null;
  let aheadMs = 0;
  let measuredAt = clock.now();

  function end(why: SourceEnd, rest = EMPTY, failure: IntakeFailure | null = null): SourceResult {
    if (result === null) {
      result = { end: why, rest, failure };
      sink.closed(why);
    }
    return result;
  }

  /** Hands `bytes` on; gives how much sound they held, or the failure. */
  function take(bytes: Buffer): number | IntakeFailure {
    const { frames, titles, warning, failure } = intake.push(bytes);
    if (warning !== null) sink.warning(warning);
    for (const title of titles) sink.title(title);
    if (frames.length > 0) sink.frames(frames);
    return failure ?? frames.reduce((sum, frame) => sum + frame.durationMs, 0);
  }

  /** Waits while the source is too far ahead of the clock, so that a file sent at once does not drown the listeners. */
  async function pace(ms: number): Promise<void> {
    const now = clock.now();
    aheadMs = Math.max(0, aheadMs - (now - measuredAt) * FORGIVENESS) + ms;
    measuredAt = now;
    const wait = aheadMs - limits.aheadMs;
    if (wait > 0) await new Promise<void>((resolve) => clock.after(wait, resolve));
  }

  async function step(): Promise<SourceResult | null> {
    const read = await reader.read(limits.silenceMs);
    if (result !== null) return result;
    if (read.kind === 'timeout') return end('went-silent');
    if (read.kind === 'end') return end('lost');
    const part = body.push(read.bytes);
    for (const data of part.data) {
      const taken = take(data);
      if (result !== null) return result;
      if (typeof taken !== 'number') return end('unsupported-format', EMPTY, taken);
      await pace(taken);
      if (result !== null) return result;
    }
    if (part.isBroken) return end('bad-framing');
    return part.isDone ? end('finished', part.rest) : null;
  }

  async function run(): Promise<SourceResult> {
    try {
      for (;;) {
        const ended = await step();
        if (ended !== null) return ended;
      }
    } catch (error) {
      end('lost');
      throw error;
    }
  }

  return {
    run,
    stop(why) {
      end(why);
    },
  };
}
