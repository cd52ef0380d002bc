/** Rows of events, their slots and posters. */
import type { EventStatus } from '@slipmat/contract/events';

export interface EventsTables {
  events: {
    id: string;
    slug: string;
    host_id: string;
    title: string;
    description: string;
    starts_at: number;
    ends_at: number;
    listed: 0 | 1;
    status: EventStatus;
    poster_id: string | null;
    warm_up_since: number | null;
    /** When somebody first came on air. */
    live_since: number | null;
    cool_down_since: number | null;
    ended_at: number | null;
    created_at: number;
  };
  slots: {
    id: string;
    event_id: string;
    dj_id: string;
    starts_at: number;
    ends_at: number;
  };
  posters: {
    id: string;
    media_type: string;
    bytes: Uint8Array;
    created_at: number;
  };
}
