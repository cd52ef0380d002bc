/** Chance for fuzz tests that is the same in each run. */

export interface SeededRandom {
  /** A whole number from `min` to `max`, both included. */
  readonly integer: (min: number, max: number) => number;
  readonly bytes: (length: number) => Buffer;
  /** `bytes` cut into pieces of 1 to `largest` bytes. */
  readonly split: (bytes: Buffer, largest: number) => Buffer[];
}

/** A sequence that depends on `seed` alone (mulberry32). */
export function createSeededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;

  function fraction(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  const integer = (min: number, max: number) => min + Math.floor(fraction() * (max - min + 1));
  return {
    integer,
    bytes: (length) => Buffer.from(Array.from({ length }, () => integer(0, 255))),
    split(bytes, largest) {
      const pieces: Buffer[] = [];
      for (let at = 0; at < bytes.length; ) {
        const piece = bytes.subarray(at, at + integer(1, largest));
        pieces.push(piece);
        at += piece.length;
      }
      return pieces;
    },
  };
}
