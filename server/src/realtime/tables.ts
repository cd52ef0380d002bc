/** Rows of the journal: each topic's last sequence number and its recent events. */
export interface JournalTables {
  topics: { topic: string; seq: number };
  topic_events: {
    topic: string;
    seq: number;
    /** JSON. */
    event: string;
  };
}
