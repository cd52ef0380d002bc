/** Rows of notifications, their recipients, and the work that sends them. */
import type { NotificationKind } from '@slipmat/contract/audiences';
import type { SenderRole } from '@slipmat/contract/notifications';
import type { LedgerState, UnreachableReason } from '@slipmat/contract/sending';

export interface NotificationsTables {
  notifications: {
    id: string;
    /** Of the sender's page, after the sender's id: the same key again is the same notification. */
    key: string;
    kind: NotificationKind;
    version: number;
    title: string;
    /** Markdown. */
    text: string;
    link: string | null;
    /** JSON of the words before the last change. */
    before: string | null;
    /** JSON. */
    audience: string;
    is_public: 0 | 1;
    /** Null: Slipmat itself, or somebody who is gone. */
    sender_id: string | null;
    sender_name: string;
    sender_role: SenderRole;
    incident: number | null;
    /** `open` from its start on; whether it has expired is told by the time. */
    state: 'scheduled' | 'open' | 'withdrawn';
    created_at: number;
    starts_at: number;
    expires_at: number | null;
    changed_at: number | null;
    withdrawn_at: number | null;
    /** Minutes; null: never. */
    push_after: number | null;
    email_after: number | null;
    /** JSON. */
    reminders: string | null;
    /** Reminders by hand so far. */
    hand_reminders: number;
    hand_reminded_at: number | null;
    // How the ledger stands, counted where it changes: a list of thirty must not count millions of rows.
    recipients: number;
    seen: number;
    confirmed: number;
    reminded: number;
    unreachable: number;
  };
  notification_recipients: {
    notification_id: string;
    person_id: string;
    /** The version that what stands here is about. */
    version: number;
    state: LedgerState;
    /** 1: a must-read that is not confirmed. */
    asks: 0 | 1;
    sent_at: number;
    seen_at: number | null;
    dismissed_at: number | null;
    confirmed_at: number | null;
    confirmed_before_at: number | null;
    reminded_at: number | null;
    reminders: number;
    unreachable: UnreachableReason | null;
  };
  /** What is still to do; a row goes when its work is done. */
  notification_jobs: {
    id: string;
    notification_id: string;
    version: number;
    kind: JobKind;
    round: number;
    due_at: number;
    /** The last person that was dealt with. */
    cursor: string;
  };
  /** No row: both. */
  channel_wishes: {
    person_id: string;
    email: 0 | 1;
    push: 0 | 1;
  };
}

/** `expand`: write a row for everybody it is for. `push`, `email`: send it on. `remind`: once more by both. */
export type JobKind = 'expand' | 'push' | 'email' | 'remind';
