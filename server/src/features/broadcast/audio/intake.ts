/** From a source's raw bytes to whole frames: sniff the format, then cut. */
import { createAdtsCutter } from './adts.ts';
import type { CutFailure, Cutter, Frame } from './cutter.ts';
import type { Container } from './format.ts';
import { createMpegCutter } from './mpeg.ts';
import { createOggCutter } from './ogg.ts';
import { createSniffer, type FormatWarning, formatWarning } from './sniff.ts';
import type { TrackTitle } from './track-title.ts';

/** Why a stream cannot be carried, with a word about what it was instead. */
export interface IntakeFailure {
  readonly cause: 'unsupported' | CutFailure;
  readonly detail: string;
}

export interface Intake {
  readonly frames: readonly Frame[];
  readonly titles: readonly TrackTitle[];
  /** Given once, with the first bytes recognised. */
  readonly warning: FormatWarning | null;
  /** Bytes of garbage dropped by this call. */
  readonly skipped: number;
  /** Once set, nothing more comes out. */
  readonly failure: IntakeFailure | null;
}

export interface AudioIntake {
  readonly push: (bytes: Buffer) => Intake;
}

const cutters: Record<Container, () => Cutter> = {
  mpeg: createMpegCutter,
  adts: createAdtsCutter,
  ogg: createOggCutter,
};

/** A cutter for a container. */
export function createCutter(container: Container): Cutter {
  return cutters[container]();
}

const nothing: Intake = { frames: [], titles: [], warning: null, skipped: 0, failure: null };

/** An intake for one source; `claimed` is its Content-Type, null when it sent none. */
export function createIntake(claimed: string | null): AudioIntake {
  const sniffer = createSniffer();
  let cutter: Cutter | null = null;
  let failure: IntakeFailure | null = null;

  function cut(by: Cutter, bytes: Buffer, warning: FormatWarning | null): Intake {
    const { frames, titles, skipped, failure: cause } = by.push(bytes);
    if (cause !== null) failure = { cause, detail: 'the stream stopped making sense' };
    return { frames, titles, warning, skipped, failure };
  }

  function push(bytes: Buffer): Intake {
    if (failure !== null) return { ...nothing, failure };
    if (cutter !== null) return cut(cutter, bytes, null);
    const sniffed = sniffer.push(bytes);
    if (sniffed.kind === 'pending') return nothing;
    if (sniffed.kind === 'unsupported') {
      failure = { cause: 'unsupported', detail: sniffed.what };
      return { ...nothing, failure };
    }
    cutter = createCutter(sniffed.container);
    return cut(cutter, sniffed.bytes, formatWarning(claimed, sniffed.container));
  }

  return { push };
}
