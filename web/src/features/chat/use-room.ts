/** An open chat as a hook. */
import { chatEndpoints, chatMessages } from '@slipmat/contract/chat';
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { call } from '../../api/client.ts';
import { systemClock } from '../../api/clock.ts';
import { newKey } from '../../api/new-key.ts';
import { problemCentre } from '../../api/problem-centre.ts';
import { realtime } from '../../api/socket.ts';
import type { KeepingPlace } from './keeping.ts';
import { createRoom, type Room, type RoomView } from './room.ts';

/** Asked at each use: a browser that forbids storage throws where it is named, and the room tells of it. */
const tabStorage: KeepingPlace = {
  getItem: (name) => sessionStorage.getItem(name),
  setItem: (name, value) => sessionStorage.setItem(name, value),
  removeItem: (name) => sessionStorage.removeItem(name),
};

/**
 * Opens the chat of an event for as long as the component is there.
 * @param readerId the account that is signed in; null for nobody; undefined while that is not known.
 */
export function useRoom(slug: string, readerId: string | null | undefined): { room: Room; view: RoomView } {
  const room = useMemo(
    () =>
      createRoom({
        slug,
        realtime,
        readHistory: (before) => call(chatEndpoints.history, { params: { slug }, query: { before } }),
        place: tabStorage,
        clock: systemClock,
        newKey,
        report: problemCentre.report,
      }),
    [slug],
  );
  const view = useSyncExternalStore(room.subscribe, room.view);
  useEffect(() => room.open(), [room]);
  useEffect(() => {
    if (readerId !== undefined) room.identify(readerId);
  }, [room, readerId]);
  return { room, view };
}

export interface Moderation {
  readonly hide: (messageId: string) => void;
  /** @param minutes null for the rest of the event. */
  readonly restrict: (personId: string, minutes: number | null) => void;
  readonly unrestrict: (personId: string) => void;
  readonly slowMode: (seconds: number) => void;
}

/** Acts on messages and people; what they change comes back over the topic, a refusal is told at once. */
export function moderationOf(slug: string): Moderation {
  const tell = (what: string) => (failure: unknown) => problemCentre.report(failure, what);
  return {
    hide(messageId) {
      realtime.send(chatMessages.hide, { slug, messageId }).catch(tell('hiding a message'));
    },
    restrict(personId, minutes) {
      realtime
        .send(chatMessages.restrict, { slug, personId, minutes })
        .catch(tell('stopping somebody from writing'));
    },
    unrestrict(personId) {
      realtime.send(chatMessages.unrestrict, { slug, personId }).catch(tell('letting somebody write again'));
    },
    slowMode(seconds) {
      realtime.send(chatMessages.slowMode, { slug, seconds }).catch(tell('changing slow mode'));
    },
  };
}
