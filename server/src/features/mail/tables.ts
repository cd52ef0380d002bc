/** Rows of mail: the queue that is sent from, and the outbox that the owner reads. */
import type { MailKind, MailState } from '@slipmat/contract/mail';

export interface MailTables {
  /** What a mail says; the same text to many people is one row. */
  mail_texts: {
    /** SHA-256 of the rest. */
    id: string;
    kind: MailKind;
    subject: string;
    markdown: string;
    /** Absolute, to a page of this site. */
    link: string | null;
  };
  mails: {
    id: string;
    /** The sender's own name for the act: the same key again is the same mail. */
    key: string;
    person_id: string;
    /** As it was when the mail was queued; empty for somebody who had none to send to. */
    address: string;
    text_id: string;
    /** Lower goes first: somebody waits for a verification link, nobody for the thousandth copy. */
    priority: number;
    state: MailState;
    tries: number;
    /** Not tried before. */
    due_at: number;
    /** The process that sends it at the moment, which renews the lease for as long as it does. */
    lease_by: string | null;
    lease_until: number | null;
    /** Why the last try failed, for the owner. */
    error: string | null;
    created_at: number;
    changed_at: number;
  };
  /** How much may be sent at the moment, counted for all processes together. */
  channel_budgets: { name: string; milli_tokens: number; at: number };
}
