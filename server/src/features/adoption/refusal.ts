/** Why a browser that comes with an old site's cookie is not signed in by it. */

/** What a refusal is called in the log and in the metrics. */
export type RefusalReason =
  /** No such session, one that nobody is signed in with, or one of somebody who is gone. */
  | 'unknown'
  | 'expired'
  /** Not signed with any of the site's keys. */
  | 'wrong-signature'
  /** The person's password was changed since: every session from before is over. */
  | 'wrong-hash'
  /** Stored by PickleSerializer, which runs code when it is read; it is recognised and never read. */
  | 'pickled'
  /** Signed in by a back end that is not on the list. */
  | 'backend'
  | 'disabled'
  | 'too-large';

export interface Refusal {
  readonly refused: RefusalReason;
}

/** A count of refusals by reason, all zero. */
export function noRefusals(): Record<RefusalReason, number> {
  return {
    unknown: 0,
    expired: 0,
    'wrong-signature': 0,
    'wrong-hash': 0,
    pickled: 0,
    backend: 0,
    disabled: 0,
    'too-large': 0,
  };
}
