/** Rows of incidents: what staff told people about something that broke, and how it went on. */
export interface IncidentsTables {
  incidents: {
    /** INC-<number>. */
    number: number;
    title: string;
    text: string;
    /** JSON of the audience it is told to. */
    audience: string;
    /** The fault it is about; null for a free-form incident. */
    fault_id: string | null;
    notification_id: string | null;
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
