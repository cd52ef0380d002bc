/** The DJ's own events, with where each of them stands. */
import type { EventCard, EventStatus } from '@slipmat/contract/events';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ProblemError } from '../../api/problem-error.ts';
import { paths } from '../../paths.ts';
import { Badge, type BadgeTone } from '../../ui/badge.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ButtonLink, Link } from '../../ui/link.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Region } from '../../ui/region.tsx';
import { Time } from '../../ui/time.tsx';

const looks: Readonly<Record<EventStatus, { readonly word: string; readonly tone: BadgeTone }>> = {
  draft: { word: 'Draft', tone: 'plain' },
  scheduled: { word: 'Published', tone: 'good' },
  'warm-up': { word: 'Warm-up', tone: 'good' },
  live: { word: 'Live', tone: 'lamp' },
  'cool-down': { word: 'Just over', tone: 'plain' },
  ended: { word: 'Ended', tone: 'plain' },
  cancelled: { word: 'Cancelled', tone: 'danger' },
};

interface EventsPanelProps {
  readonly of: UseQueryResult<{ events: EventCard[] }, ProblemError>;
}

export function EventsPanel({ of }: EventsPanelProps) {
  return (
    <Panel
      title="My events"
      actions={
        <ButtonLink to={paths.newEvent()} small>
          New event
        </ButtonLink>
      }
    >
      <Region of={of}>
        {({ events }) =>
          events.length === 0 ? (
            <Empty
              action={
                <ButtonLink to={paths.newEvent()} variant="primary">
                  Plan your first event
                </ButtonLink>
              }
            >
              No events yet. You can connect your software from 30 minutes before a published event starts.
            </Empty>
          ) : (
            <ul className="flex max-h-128 flex-col divide-y divide-line overflow-y-auto">
              {events.map((event) => (
                <EventRow key={event.slug} event={event} />
              ))}
            </ul>
          )
        }
      </Region>
    </Panel>
  );
}

function EventRow({ event }: { readonly event: EventCard }) {
  const { slug, title, status, startsAt } = event;
  const over = status === 'ended' || status === 'cancelled' || status === 'cool-down';
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 py-3">
      <div className="min-w-0 flex-1 basis-48">
        <Link to={paths.live(slug)} className="font-medium text-ink! [overflow-wrap:anywhere]">
          {title}
        </Link>
        <p className="text-sm text-quiet">
          <Time at={startsAt} />
        </p>
      </div>
      <div className="flex items-center gap-3">
        <Badge tone={looks[status].tone}>{looks[status].word}</Badge>
        {!over && (
          <ButtonLink to={paths.editEvent(slug)} small aria-label={`Edit ${title}`}>
            Edit
          </ButtonLink>
        )}
      </div>
    </li>
  );
}
