/**
 * The header packets of the codecs inside Ogg: Vorbis I §4.2, Opus (RFC 7845 §5), FLAC in Ogg
 * (xiph.org/flac/ogg_mapping.html).
 */
import type { Codec } from './format.ts';
import { type TrackTitle, titleFromParts } from './track-title.ts';

/** What the first packet of a logical stream says. */
export interface OggIdentity {
  readonly codec: Codec;
  readonly sampleRate: number;
  readonly channels: number;
  /** Granule units per second: Opus counts in 48 kHz whatever its input was. */
  readonly granuleRate: number;
}

const OPUS_RATE = 48_000;

/** The audio codec that the first packet of a stream names; null for other codecs (Skeleton, Theora, Speex). */
export function identify(packet: Buffer): OggIdentity | null {
  if (packet.length >= 19 && packet.toString('latin1', 0, 8) === 'OpusHead') {
    return { codec: 'opus', sampleRate: OPUS_RATE, channels: packet[9] ?? 0, granuleRate: OPUS_RATE };
  }
  if (packet.length >= 30 && packet.toString('latin1', 0, 7) === '\x01vorbis') {
    const sampleRate = packet.readUInt32LE(12);
    if (sampleRate === 0) return null;
    return { codec: 'vorbis', sampleRate, channels: packet[11] ?? 0, granuleRate: sampleRate };
  }
  if (packet.length >= 34 && packet.toString('latin1', 0, 5) === '\x7fFLAC') {
    const sampleRate = packet.readUIntBE(27, 3) >> 4;
    if (sampleRate === 0) return null;
    const channels = (((packet[29] ?? 0) >> 1) & 7) + 1;
    return { codec: 'flac', sampleRate, channels, granuleRate: sampleRate };
  }
  return null;
}

/** True when `packet`, the header packet number `index` (the first is 0), is the last one before the sound. */
export function isLastHeader(codec: Codec, packet: Buffer, index: number): boolean {
  if (codec === 'vorbis') return index === 2;
  if (codec === 'flac') return index > 0 && ((packet[0] ?? 0) & 0x80) !== 0;
  return index === 1;
}

/** Where the comments begin in a header packet; null when it is not the comment packet. */
function commentsAt(codec: Codec, packet: Buffer): number | null {
  if (codec === 'vorbis') return packet.toString('latin1', 0, 7) === '\x03vorbis' ? 7 : null;
  if (codec === 'opus') return packet.toString('latin1', 0, 8) === 'OpusTags' ? 8 : null;
  return ((packet[0] ?? 0) & 0x7f) === 4 ? 4 : null;
}

/** Comments read of one header; real ones have a few dozen. */
const MAX_COMMENTS = 256;

/** Comments longer than this are pictures, never a title. */
const MAX_COMMENT_BYTES = 4096;

/**
 * Artist and title from a comment packet (vorbis comments, xiph.org/vorbis/doc/v-comment.html); null when the
 * packet is another one, broken, or names neither. Several artists are joined by a comma.
 */
export function titleFromComments(codec: Codec, packet: Buffer): TrackTitle | null {
  const start = commentsAt(codec, packet);
  if (start === null || packet.length < start + 8) return null;
  let at = start + 4 + packet.readUInt32LE(start);
  if (at + 4 > packet.length) return null;
  const count = Math.min(packet.readUInt32LE(at), MAX_COMMENTS);
  at += 4;
  const found = { artist: [] as string[], title: [] as string[] };
  for (let index = 0; index < count && at + 4 <= packet.length; index += 1) {
    const length = packet.readUInt32LE(at);
    at += 4;
    if (at + length > packet.length) break;
    if (length <= MAX_COMMENT_BYTES) {
      const [, name, value] = /^(artist|title)=(.*)$/is.exec(packet.toString('utf8', at, at + length)) ?? [];
      const key = name?.toLowerCase();
      if (value && (key === 'artist' || key === 'title')) found[key].push(value);
    }
    at += length;
  }
  return titleFromParts(found.artist.join(', '), found.title[0] ?? '');
}
