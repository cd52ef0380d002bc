/**
 * The lines under the header of every page: open incidents, what must be read, what just came. They take a height
 * of their own, so that they cover neither the sound nor the chat.
 */
import type { NotificationItem } from '@slipmat/contract/notifications';
import { useEffect, useState } from 'react';
import { passesByItself } from '../../api/problem-error.ts';
import { toRead } from '../../api/to-read.ts';
import { paths } from '../../paths.ts';
import { useLocation } from '../../ui/location.ts';
import { countInTitle } from '../../ui/use-title.ts';
import { useMe } from '../sessions/state.ts';
import { IncidentLine } from './incident-line.tsx';
import { MustRead } from './must-read.tsx';
import { inbox, useInbox } from './page-inbox.ts';
import { QuietLine } from './quiet-line.tsx';
import { openIncidents, quietOnes, toConfirm, waitingOf } from './shown.ts';

const nothing: readonly NotificationItem[] = [];

/** Opens the inbox for whoever is signed in, and tells the rest of the page what waits. */
function useReading(): readonly NotificationItem[] {
  const account = useMe().data?.account;
  const readerId = account === undefined ? undefined : (account?.id ?? null);
  useEffect(() => (readerId === undefined ? undefined : inbox.open(readerId)), [readerId]);
  const items = useInbox().items ?? nothing;
  const waiting = waitingOf(items);
  const mustRead = readerId === null ? 0 : toConfirm(items).length;
  useEffect(() => countInTitle(waiting), [waiting]);
  useEffect(() => toRead.set(mustRead), [mustRead]);
  return items;
}

/** Says how high an element is, for what fits itself to the first screen. */
function tellHeight(element: HTMLElement | null) {
  if (element === null) return undefined;
  const { style } = document.documentElement;
  const observer = new ResizeObserver(() => style.setProperty('--lines', `${element.offsetHeight}px`));
  observer.observe(element);
  return () => {
    observer.disconnect();
    style.removeProperty('--lines');
  };
}

/** Those whose line was drawn on this page stay until they are put away, though they were seen by then. */
function useDrawn(items: readonly NotificationItem[]): readonly NotificationItem[] {
  const [drawn, setDrawn] = useState<ReadonlySet<string>>(new Set());
  const quiet = quietOnes(items, drawn);
  const fresh = quiet.filter(({ notification }) => !drawn.has(notification.id));
  if (fresh.length > 0) setDrawn(new Set([...drawn, ...fresh.map(({ notification }) => notification.id)]));
  return quiet;
}

export function Notices() {
  const items = useReading();
  const [path] = useLocation();
  const { problem } = useInbox();
  const mustRead = toConfirm(items);
  const incidents = openIncidents(items);
  const quiet = useDrawn(items);
  const isListed = path === paths.notifications();
  const [first] = mustRead;
  const [newest] = quiet;
  return (
    <div
      ref={tellHeight}
      className="z-20 bg-ground [@media(min-height:36rem)]:sticky [@media(min-height:36rem)]:top-[calc(3.5rem+1px)]"
    >
      {problem !== undefined && !passesByItself(problem) && (
        <p role="status" className="border-b border-line px-3 py-2 text-sm text-quiet sm:px-6">
          Your notifications are not known: {problem.detail} (Reference {problem.reference})
        </p>
      )}
      {incidents.map((item) => (
        <IncidentLine key={item.notification.id} item={item} />
      ))}
      {first !== undefined && <MustRead item={first} count={mustRead.length} />}
      {newest !== undefined && !isListed && (
        // On a phone one thing at a time: the sound and the chat have to stay on the screen.
        <div className={first === undefined ? 'contents' : 'hidden sm:contents'}>
          <QuietLine item={newest} others={quiet.length - 1} />
        </div>
      )}
    </div>
  );
}
