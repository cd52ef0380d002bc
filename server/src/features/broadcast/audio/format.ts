/** What kind of audio a stream carries. */

/** How frames are wrapped: bare MPEG audio, AAC in ADTS, or Ogg pages. */
export type Container = 'mpeg' | 'adts' | 'ogg';

export type Codec = 'mp2' | 'mp3' | 'aac' | 'vorbis' | 'opus' | 'flac';

/** What a player must know before the first byte; two streams of one format can follow each other without a break. */
export interface StreamFormat {
  readonly container: Container;
  readonly codec: Codec;
  readonly contentType: string;
  /** Hz, as the stream declares it (for HE-AAC the core rate). */
  readonly sampleRate: number;
  /** 0 when the stream does not say (AAC with a program config element). */
  readonly channels: number;
}

const contentTypes: Record<Container, string> = {
  mpeg: 'audio/mpeg',
  adts: 'audio/aac',
  ogg: 'audio/ogg',
};

/** The Content-Type listeners are told for a container. */
export function contentTypeOf(container: Container): string {
  return contentTypes[container];
}

/**
 * True when a player can go on from `a` to `b` in one response. Browsers fail on a change of codec, sample
 * rate or channel count in the middle of a stream.
 */
export function sameFormat(a: StreamFormat, b: StreamFormat): boolean {
  return (
    a === b ||
    (a.container === b.container &&
      a.codec === b.codec &&
      a.sampleRate === b.sampleRate &&
      a.channels === b.channels)
  );
}
