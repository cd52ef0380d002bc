/** The newest notifications, over the page beside the bell. */
import { useEffect, useId, useRef } from 'react';
import { run } from '../../api/run.ts';
import { paths } from '../../paths.ts';
import { Link } from '../../ui/link.tsx';
import { useLocation } from '../../ui/location.ts';
import { StaleNotice } from '../../ui/problem-notice.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { Entry } from './entry.tsx';
import { inbox, useInbox } from './page-inbox.ts';

/** As many fit a screen; the page has all. */
const shownHere = 8;

/** Opens as soon as it is there, because it was asked for. @param id what the button names as its popover. */
export function Centre({ id }: { readonly id: string }) {
  const title = useId();
  const place = useRef<HTMLElement>(null);
  const { items, stale, problem, busy } = useInbox();
  const [path] = useLocation();
  useEffect(() => place.current?.showPopover(), []);
  const from = useRef(path);
  // A link in it led to another page, which should not stay covered.
  useEffect(() => {
    if (from.current !== path) place.current?.hidePopover();
    from.current = path;
  }, [path]);
  return (
    <section
      ref={place}
      id={id}
      popover="auto"
      aria-labelledby={title}
      className="fixed inset-auto top-15 right-6 m-0 max-h-[calc(100dvh-5rem)] w-96 overflow-y-auto rounded-2xl border border-line bg-raised p-4 text-ink shadow-2xl"
    >
      <div className="mb-2 flex items-baseline justify-between gap-4 px-2">
        <h2 id={title} className="text-lg">
          Notifications
        </h2>
        <Link to={paths.notifications()} className="text-sm">
          All of them
        </Link>
      </div>
      {(stale || problem !== undefined) && (
        <StaleNotice
          problem={problem}
          onRetry={() => run(inbox.retry, 'your notifications')}
          busy={busy}
          className="mb-3"
        />
      )}
      {items === undefined && problem === undefined && <SkeletonRows label="Loading notifications" />}
      {items?.length === 0 && <p className="px-2 py-3 text-quiet">Nothing at the moment.</p>}
      <ul className="divide-y divide-line">
        {items?.slice(0, shownHere).map((item) => (
          <Entry key={item.notification.id} item={item} level={3} />
        ))}
      </ul>
    </section>
  );
}
