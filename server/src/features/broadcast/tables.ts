/** Rows of stream keys, broadcasts, titles played and refused attempts. */
import type { RefusalReason } from '@slipmat/contract/broadcast';

export interface BroadcastTables {
  stream_keys: {
    id: string;
    person_id: string;
    name: string;
    /** SHA-256 of the secret, hexadecimal. */
    secret_hash: string;
    hint: string;
    created_at: number;
    last_used_at: number | null;
    revoked_at: number | null;
  };
  /** A connected source: at most one per DJ; the process that holds it renews the lease. */
  sources: {
    dj_id: string;
    id: string;
    event_id: string;
    process_id: string;
    state: 'standby' | 'on-air' | 'lost';
    since: number;
    lease_until: number;
    client: string;
    format: string;
    content_type: string;
    bitrate: number | null;
    warning: string | null;
  };
  plays: {
    id: string;
    event_id: string;
    dj_id: string;
    title: string;
    at: number;
  };
  refused_attempts: {
    id: string;
    person_id: string;
    at: number;
    reason: RefusalReason;
    client: string;
    network: string;
  };
  /** Listeners of an event, as each server process last counted them. */
  listener_counts: {
    event_id: string;
    process_id: string;
    listeners: number;
    counted_at: number;
  };
}
