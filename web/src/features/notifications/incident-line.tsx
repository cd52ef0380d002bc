/** An incident that is still open: it stands on every page of those whom it concerns. */
import type { NotificationItem } from '@slipmat/contract/notifications';
import { paths } from '../../paths.ts';
import { Link } from '../../ui/link.tsx';
import { Announced } from './announced.tsx';
import { useSeen } from './use-seen.ts';

export function IncidentLine({ item }: { readonly item: NotificationItem }) {
  const { id, version, incident, title, link } = item.notification;
  const seen = useSeen(item);
  const name = `INC-${String(incident)}`;
  // What tells of an incident names it at its end.
  const words = title.replace(` (${name})`, '');
  return (
    <section
      aria-label={`Incident ${String(incident)}`}
      className="border-b border-danger bg-danger-ground px-3 py-2 sm:px-6"
    >
      <Announced key={`${id} ${String(version)}`} words={`${name}: ${words}`} />
      <p
        ref={seen}
        className="mx-auto flex max-w-7xl flex-wrap items-baseline gap-x-3 gap-y-1 text-sm wrap-anywhere"
      >
        <strong className="font-semibold whitespace-nowrap text-danger">{name}</strong>
        <span className="line-clamp-2 min-w-0 flex-1 basis-52">{words}</span>
        <Link to={link?.startsWith('/') === true ? link : paths.notifications()}>What is known</Link>
      </p>
    </section>
  );
}
