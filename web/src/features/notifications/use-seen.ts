/** Noticing what was really on screen. */
import type { NotificationItem } from '@slipmat/contract/notifications';
import { useCallback } from 'react';
import { inbox } from './page-inbox.ts';

/** So long it has to be there, in a page that is looked at. Milliseconds. */
const dwell = 500;
/** So much of the element. */
const enough = 0.7;

/** For the element that says what it is: the title. */
export function useSeen(item: NotificationItem) {
  const { id, version } = item.notification;
  const isSeen = item.reading.seenAt !== null;
  return useCallback(
    (element: HTMLElement | null) => {
      if (element === null || isSeen) return undefined;
      let timer: ReturnType<typeof setTimeout> | undefined;
      let isOn = false;
      const look = (): void => {
        clearTimeout(timer);
        if (!isOn || document.visibilityState !== 'visible') return;
        timer = setTimeout(() => inbox.see(id, version), dwell);
      };
      const observer = new IntersectionObserver(
        (entries) => {
          isOn = entries.at(-1)?.isIntersecting === true;
          look();
        },
        { threshold: enough },
      );
      observer.observe(element);
      document.addEventListener('visibilitychange', look);
      return () => {
        clearTimeout(timer);
        observer.disconnect();
        document.removeEventListener('visibilitychange', look);
      };
    },
    [id, version, isSeen],
  );
}
