/** Rows of roll-outs, what they count, and what browsers report about their own sign-in. */
import type { RollOutAct, RollOutKind, RollOutState, Verdict } from '@slipmat/contract/roll-outs';

export interface RollOutsTables {
  roll_outs: {
    kind: RollOutKind;
    state: RollOutState;
    /** Cookie policies; 0 and 1 for CSRF. */
    from_version: number;
    to_version: number;
    percent: number;
    /** JSON array of per cents. */
    steps: string;
    step_minutes: number;
    revision: number;
    step_since: number | null;
    verdict: Verdict;
    reason: string | null;
    alert_since: number | null;
  };
  /** Sums over `roll_out_sessions`, so that an evaluation reads a row per kind of browser. */
  roll_out_counts: {
    kind: RollOutKind;
    revision: number;
    /** JSON of the segment. */
    segment: string;
    /** Which process counts here: processes that share a row would wait for, and lock out, each other. */
    writer: number;
    issued: number;
    accepted: number;
    refused: number;
    /** Of the last acceptance. */
    accepted_at: number | null;
    /** Refusals that this writer saw from `row_since` on, with no acceptance by anybody between them. */
    refused_in_row: number;
    row_since: number | null;
    /** Of the last acceptance or refusal. */
    decided_at: number | null;
  };
  roll_out_sessions: {
    kind: RollOutKind;
    revision: number;
    session_id: string;
    segment: string;
    outcome: 'issued' | 'accepted' | 'refused';
    at: number;
  };
  roll_out_history: {
    id: string;
    kind: RollOutKind;
    at: number;
    act: RollOutAct;
    by_handle: string | null;
    percent: number;
    reason: string | null;
  };
  /** Days since 1970, UTC. */
  policy_uses: { policy: string; day: number; uses: number; last_at: number };
  sign_in_findings: { day: number; finding: string; segment: string; count: number };
  /** What one of several processes does at a time, and when one last did. */
  roll_out_turns: { name: string; at: number };
}
