/** Poster, description, host and times of the event. */
import type { EventDetail } from '@slipmat/contract/events';
import { paths } from '../../paths.ts';
import { ButtonLink, Link } from '../../ui/link.tsx';
import { LinkedText } from '../../ui/linked-text.tsx';
import { Panel } from '../../ui/panel.tsx';
import { duration, Time } from '../../ui/time.tsx';

interface AboutProps {
  readonly event: EventDetail;
  readonly mayEdit: boolean;
}

export function About({ event, mayEdit }: AboutProps) {
  const { host, startsAt, endsAt, posterUrl, description } = event;
  return (
    <Panel
      title="About"
      actions={
        mayEdit && (
          <span className="flex gap-3">
            <ButtonLink to={`${paths.compose()}?event=${event.slug}`} small>
              Write to its people
            </ButtonLink>
            <ButtonLink to={paths.editEvent(event.slug)} small>
              Edit event
            </ButtonLink>
          </span>
        )
      }
    >
      <div className="flex flex-col gap-5 sm:flex-row">
        {posterUrl !== null && (
          <img
            src={posterUrl}
            alt={`Poster of ${event.title}`}
            loading="lazy"
            className="aspect-square w-full rounded-xl border border-line object-cover sm:w-48"
          />
        )}
        <div className="flex min-w-0 flex-col gap-3">
          <p className="text-quiet">
            <Time at={startsAt} />, for {duration(endsAt - startsAt)}. Hosted by{' '}
            <Link to={paths.person(host.handle)}>{host.displayName}</Link>.
          </p>
          {description !== '' && (
            <p className="whitespace-pre-line [overflow-wrap:anywhere]">
              <LinkedText text={description} />
            </p>
          )}
        </div>
      </div>
    </Panel>
  );
}
