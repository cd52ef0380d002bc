/** Rows of web push: devices that asked for it, and messages on their way to them. */
import type { PushState } from '@slipmat/contract/push';

export interface PushTables {
  push_devices: {
    id: string;
    person_id: string;
    /** Who signs out on a device gets no push there any more. */
    session_id: string;
    /** The push service's address for this browser; whoever has it and the keys may send to it. */
    endpoint: string;
    /** Base64url, as the browser gives them (RFC 8291). */
    p256dh: string;
    auth: string;
    label: string;
    created_at: number;
    reached_at: number | null;
  };
  /** What a message says; the same text to many people is one row. */
  push_texts: {
    /** SHA-256 of the rest. */
    id: string;
    title: string;
    body: string;
    link: string | null;
    tag: string;
  };
  /** One message to one device. */
  pushes: {
    id: string;
    /** The sender's own name for the act, one for a person. */
    key: string;
    person_id: string;
    /** Empty: the person had none. */
    device_id: string;
    text_id: string;
    state: PushState;
    tries: number;
    due_at: number;
    lease_by: string | null;
    lease_until: number | null;
    error: string | null;
    created_at: number;
    changed_at: number;
  };
}
