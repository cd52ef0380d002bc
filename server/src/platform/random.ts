/** Chance as a parameter, and the identifiers and secrets made from it. */
import { randomBytes } from 'node:crypto';
import type { Clock } from './clock.ts';

export interface Random {
  /** `length` bytes that nobody can guess. */
  bytes(length: number): Buffer;
}

/** Bytes asked of the operating system at once: a call each would cost every request a few microseconds. */
const poolSize = 4096;
let pool = Buffer.alloc(0);
let taken = 0;

/** The operating system's generator. No byte is given out twice, and none is kept once it is given. */
export const systemRandom: Random = {
  bytes(length) {
    if (length > poolSize) return randomBytes(length);
    if (taken + length > pool.length) {
      pool = randomBytes(poolSize);
      taken = 0;
    }
    const bytes = Buffer.from(pool.subarray(taken, taken + length));
    pool.fill(0, taken, taken + length);
    taken += length;
    return bytes;
  },
};

/** The time and the count of each clock's last id. */
const lastIds = new WeakMap<Clock, { ms: number; count: number }>();
/** rand_a has 12 bits; half of them are left for ids of the same millisecond. */
const countLimit = 0x1000;

/** The next place in time: a later millisecond, or the next count within the same one. */
function nextPlace(clock: Clock, chance: number): { ms: number; count: number } {
  const last = lastIds.get(clock) ?? { ms: 0, count: 0 };
  const now = clock.now();
  let place = { ms: now, count: chance % (countLimit / 2) };
  if (now <= last.ms) place = { ms: last.ms, count: last.count + 1 };
  if (place.count >= countLimit) place = { ms: last.ms + 1, count: 0 };
  lastIds.set(clock, place);
  return place;
}

/**
 * A UUIDv7 (RFC 9562 §5.7): 48 bits of time, a 12-bit counter (§6.2, method 1), the rest chance. Ids of one process
 * sort in the order in which they were made.
 */
export function newId(clock: Clock, random: Random): string {
  const bytes = random.bytes(16);
  const { ms, count } = nextPlace(clock, bytes.readUInt16BE(6));
  bytes.writeUIntBE(ms, 0, 6);
  bytes.writeUInt16BE(0x7000 | count, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Sorts before every id that is made from then on, and after all that were before. @param ms milliseconds since 1970. */
export function firstIdAt(ms: number): string {
  const hex = Math.max(0, ms).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
}

/** A secret of `bytes` random bytes as base64url, for links and keys. */
export function newSecret(random: Random, bytes: number): string {
  return random.bytes(bytes).toString('base64url');
}
