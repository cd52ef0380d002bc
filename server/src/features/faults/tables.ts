/** Rows of faults: the groups, who and what they hit and when, and the events behind references. */
import type { FaultKind, FaultState } from '@slipmat/contract/faults';

export interface FaultsTables {
  faults: {
    id: string;
    /** Same for whatever counts as the same fault (`fingerprint.ts`). */
    fingerprint: string;
    kind: FaultKind;
    state: FaultState;
    code: string;
    name: string;
    message: string;
    place: string;
    count: number;
    /** Rows of `fault_people`. */
    people: number;
    anonymous_hits: number;
    first_at: number;
    last_at: number;
    first_release: string;
    last_release: string;
    resolved_at: number | null;
    resolved_by: string | null;
    came_back_at: number | null;
  };
  fault_people: { fault_id: string; person_id: string; hits: number; first_at: number; last_at: number };
  fault_browsers: { fault_id: string; browser: string; count: number };
  /** Hours since 1970. */
  fault_hours: { fault_id: string; hour: number; count: number };
  fault_events: {
    reference: string;
    /** Null: a plain refusal. */
    fault_id: string | null;
    at: number;
    code: string;
    place: string;
    person_id: string | null;
    browser: string;
    release: string;
    /** JSON, see `Sample`; null when only the event itself is kept. */
    sample: string | null;
  };
}
