/** Rows of incidents: what staff told people about something that broke, and how it went on. */
import type { NotificationKind } from '@slipmat/contract/audiences';

export interface IncidentsTables {
  incidents: {
    /** INC-<number>. */
    number: number;
    /** Who started it, and their own name for that act. */
    key: string;
    title: string;
    text: string;
    kind: NotificationKind;
    /** JSON of the audience it is told to. */
    audience: string;
    /** The fault it is about; null for a free-form incident. */
    fault_id: string | null;
    /** JSON list of ids, newest last. */
    notifications: string;
    started_at: number;
    started_by: string;
    resolved_at: number | null;
    resolved_by: string | null;
  };
  incident_updates: {
    id: string;
    number: number;
    at: number;
    by_handle: string;
    text: string;
  };
}
