/** The bounds of the source port, each with its reason. */
export interface IngestLimits {
  /** Bytes of a request head: twenty times what the wordiest encoder sends. */
  readonly headBytes: number;
  /** Header lines; encoders send up to 16. */
  readonly headerLines: number;
  /** Time for a whole head, TLS handshake included, and for the next one on a kept connection. */
  readonly headMs: number;
  /** A source that sends nothing for so long is cut (Icecast's advice is 15 to 20 s). */
  readonly silenceMs: number;
  /** Time for all hooks of a request together: libshout assumes success after 4 s. */
  readonly hookMs: number;
  /** How long after the request a refusal is answered: long enough to calm BUTT, below libshout's 4 s. */
  readonly holdMs: number;
  /** Refusals held at once; beyond it they are answered at once. */
  readonly heldConnections: number;
  /** Connections altogether; each costs a socket and a few kilobytes. */
  readonly connections: number;
  /** Connections of one address: a DJ's software and its title updates, a few DJs behind one router. */
  readonly connectionsPerAddress: number;
  /** Sources at once on this process. */
  readonly sources: number;
  /** Bytes kept of what a client sends while it waits for our answer; then its socket is paused. */
  readonly earlyBytes: number;
  /** Body of a title update sent as a form. */
  readonly formBytes: number;
  /** How long a closed connection is still read, so that the client gets our answer and not a reset. */
  readonly lingerMs: number;
  /** Sound a source may be ahead of the clock; a file sent as fast as the line allows is slowed to play speed. */
  readonly aheadMs: number;
}

export const defaultLimits: IngestLimits = {
  headBytes: 16 * 1024,
  headerLines: 64,
  headMs: 15_000,
  silenceMs: 15_000,
  hookMs: 3_500,
  holdMs: 3_000,
  heldConnections: 256,
  connections: 1_024,
  connectionsPerAddress: 64,
  sources: 128,
  earlyBytes: 256 * 1024,
  formBytes: 16 * 1024,
  lingerMs: 2_000,
  aheadMs: 5_000,
};
