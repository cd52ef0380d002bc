/** An event that is on: large, and leading to the sound. */
import type { EventCard } from '@slipmat/contract/events';
import { paths } from '../../paths.ts';
import { Badge } from '../../ui/badge.tsx';
import { PlainLink } from '../../ui/link.tsx';
import { Time } from '../../ui/time.tsx';
import { EventArt } from './event-art.tsx';
import { namesOf, statusWords } from './status-words.ts';

function Line({ event }: { readonly event: EventCard }) {
  if (event.status === 'warm-up') {
    return (
      <>
        Starts at <Time at={event.startsAt} as="clock" />
      </>
    );
  }
  if (event.status === 'cool-down') return 'The sound is over; the chat is still open.';
  return (
    <>
      Until <Time at={event.endsAt} as="clock" /> · {event.listeners} listening
    </>
  );
}

export function NowCard({ event }: { readonly event: EventCard }) {
  const live = event.status === 'live';
  return (
    <li className="group relative overflow-hidden rounded-3xl border border-line bg-raised has-[a:focus-visible]:outline-3 has-[a:focus-visible]:outline-offset-2 has-[a:focus-visible]:outline-accent">
      <div className="flex flex-col sm:flex-row">
        <EventArt
          posterUrl={event.posterUrl}
          turning={live}
          className={
            live ? 'w-full shrink-0 max-sm:h-56 sm:w-64 lg:w-80' : 'w-full shrink-0 max-sm:h-40 sm:w-48'
          }
        />
        <div className="flex flex-1 flex-col justify-center gap-3 p-6 sm:p-8">
          <p>
            <Badge tone={live ? 'lamp' : 'plain'}>{live ? 'Live now' : statusWords[event.status]}</Badge>
          </p>
          <h3
            className={
              live
                ? 'wide-title text-2xl wrap-anywhere sm:text-3xl lg:text-4xl'
                : 'wide-title text-xl wrap-anywhere sm:text-2xl'
            }
          >
            <PlainLink
              to={paths.live(event.slug)}
              className="outline-none group-hover:text-accent after:absolute after:inset-0 after:content-['']"
            >
              {event.title}
            </PlainLink>
          </h3>
          <p className="text-lg">{namesOf(event.djs)}</p>
          <p className="text-quiet">
            <Line event={event} />
          </p>
        </div>
      </div>
    </li>
  );
}
