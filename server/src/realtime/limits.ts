/** Bounds of the sockets that are the server's own business; those that clients must know are in the contract. */
export const socketLimits = {
  /** Bytes waiting for a reader before it is closed as too slow: a few snapshots' worth. */
  outboxBytes: 1024 * 1024,
  /** Messages of one socket being worked on or waiting. */
  messagesWaiting: 32,
  /** Messages a second of one socket, sustained, and at once. */
  messagesPerMinute: 300,
  messageBurst: 40,
  /** Messages over the limit before the socket is closed. */
  refusalsBeforeClose: 200,
  /** Sockets from one address: a club's or a school's network behind one router. */
  perAddress: 500,
  /** Sockets of one process; at about 12 kB each they take a quarter of a gigabyte. */
  perProcess: 20_000,
  /** A closed socket whose peer does not answer the close is cut after this time. */
  closeGraceMs: 3_000,
} as const;

/** The longest that an event waits to be sent together with others, in milliseconds. */
const longestTickMs = 250;

/**
 * How long a topic gathers events before one frame goes to all its readers. The cost is in the writes, one a
 * reader and frame, so more readers mean fewer, larger frames (bench/chat-fanout).
 */
export function tickMs(readers: number): number {
  return Math.min(longestTickMs, 10 + Math.floor(readers / 4));
}
