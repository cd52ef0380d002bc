/** Something that broke once, as it is taken in: everything about people is out already. */
import type { FaultKind } from '@slipmat/contract/faults';

export interface Hit {
  /** Undefined: a plain refusal, of which only the reference is kept. */
  readonly kind: FaultKind | undefined;
  readonly reference: string;
  readonly code: string;
  readonly name: string;
  readonly message: string;
  /** Of own files, innermost first. */
  readonly frames: readonly string[];
  /** A route with its parameters as names, a type of message, a piece of work. */
  readonly place: string;
  /** Part of the page, in words; empty on the server. */
  readonly where: string;
  readonly at: number;
  /** The same, so many times. */
  readonly times: number;
  readonly personId: string | undefined;
  readonly browser: string;
  readonly release: string;
  /** Lines of the log that name the reference. */
  readonly log: readonly string[];
}

/** A hit that is of a fault. */
export type FaultHit = Hit & { readonly kind: FaultKind };

export function isFault(hit: Hit): hit is FaultHit {
  return hit.kind !== undefined;
}
