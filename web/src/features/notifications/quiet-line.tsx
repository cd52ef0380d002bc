/** A notification that just came: one line that can be put away. */
import type { NotificationItem } from '@slipmat/contract/notifications';
import { useState } from 'react';
import { run } from '../../api/run.ts';
import { paths } from '../../paths.ts';
import { Link } from '../../ui/link.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import { Announced } from './announced.tsx';
import { inbox } from './page-inbox.ts';
import { useSeen } from './use-seen.ts';
import { arrivalWords } from './words.ts';

interface QuietLineProps {
  readonly item: NotificationItem;
  /** How many more have come. */
  readonly others: number;
}

export function QuietLine({ item, others }: QuietLineProps) {
  const { notification } = item;
  const { id, version, title, from } = notification;
  const seen = useSeen(item);
  const [busy, setBusy] = useState(false);
  const dismiss = async (): Promise<void> => {
    setBusy(true);
    try {
      await inbox.dismiss(item);
    } finally {
      setBusy(false);
    }
  };
  return (
    <section aria-label="New notification" className="border-b border-line bg-raised px-3 sm:px-6">
      <Announced key={`${id} ${String(version)}`} words={arrivalWords(notification, false)} />
      <div className="mx-auto flex max-w-7xl items-center gap-3">
        <p ref={seen} className="min-w-0 flex-1 truncate text-sm">
          <span className="text-quiet">{from.name}: </span>
          <Link to={paths.notifications()}>{title}</Link>
        </p>
        {others > 0 && <span className="text-sm whitespace-nowrap text-quiet">and {others} more</span>}
        <button
          type="button"
          aria-label={`Put away: ${title}`}
          aria-disabled={busy}
          onClick={busy ? undefined : () => run(dismiss, 'putting a notification away')}
          className="-mr-2 inline-flex size-11 shrink-0 items-center justify-center rounded-full text-quiet hover:bg-sunken hover:text-ink"
        >
          {busy ? <Spinner /> : <span aria-hidden="true">✕</span>}
        </button>
      </div>
    </section>
  );
}
