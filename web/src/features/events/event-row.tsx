/** An event in a list: when, what, who. */
import type { EventCard } from '@slipmat/contract/events';
import { paths } from '../../paths.ts';
import { Badge } from '../../ui/badge.tsx';
import { PlainLink } from '../../ui/link.tsx';
import { Time } from '../../ui/time.tsx';
import { EventArt } from './event-art.tsx';
import { namesOf, statusWords } from './status-words.ts';

export function EventRow({ event }: { readonly event: EventCard }) {
  const ended = event.status === 'ended' || event.status === 'cancelled';
  return (
    <li className="group relative flex items-center gap-4 border-t border-line py-3.5 first:border-t-0 sm:gap-6">
      <EventArt
        posterUrl={event.posterUrl}
        className={ended ? 'w-14 shrink-0 rounded-lg opacity-80' : 'w-18 shrink-0 rounded-xl sm:w-22'}
      />
      <div className="min-w-0 flex-1">
        <p className="text-sm text-quiet">
          <Time at={event.startsAt} />
          {event.status === 'cancelled' && (
            <>
              {' '}
              <Badge tone="danger">{statusWords.cancelled}</Badge>
            </>
          )}
        </p>
        <h3 className={ended ? 'text-base wrap-anywhere' : 'text-lg wrap-anywhere sm:text-xl'}>
          <PlainLink
            to={paths.live(event.slug)}
            className="group-hover:text-accent after:absolute after:inset-0 after:content-['']"
          >
            {event.title}
          </PlainLink>
        </h3>
        <p className="truncate text-quiet">{namesOf(event.djs)}</p>
      </div>
    </li>
  );
}
