/** Rows of chat messages and restrictions. */
export interface ChatTables {
  chat_messages: {
    id: string;
    event_id: string;
    author_id: string;
    /** As it was when writing: what was said stays as everybody saw it. */
    author_name: string;
    text: string;
    /** JSON list of the roles that the author had when writing. */
    roles: string;
    key: string;
    /** Position in the room's journal: the order in which everyone saw the messages. */
    seq: number;
    at: number;
    hidden_at: number | null;
    hidden_by: string | null;
  };
  chat_restrictions: {
    event_id: string;
    person_id: string;
    /** Null: a mute, for the rest of the event. */
    until: number | null;
    by_id: string;
    at: number;
  };
  chat_rooms: {
    event_id: string;
    slow_mode_seconds: number;
  };
}
