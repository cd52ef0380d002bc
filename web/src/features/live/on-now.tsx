/** What the event is about at this moment, in large: title and DJ, countdown, farewell. */
import type { EventState } from '@slipmat/contract/events';
import type { ReactNode } from 'react';
import { paths } from '../../paths.ts';
import { Badge } from '../../ui/badge.tsx';
import { Link } from '../../ui/link.tsx';
import { countdown, Time } from '../../ui/time.tsx';
import { useNow } from '../../ui/use-now.ts';
import type { Stage } from './stage.ts';

interface OnNowProps {
  readonly state: EventState;
  readonly stage: Stage;
}

export function OnNow({ state, stage }: OnNowProps) {
  const { event, onAir, nowPlaying } = state;
  switch (stage.name) {
    case 'on-air':
    case 'lost':
      return (
        <Words
          large={nowPlaying?.title ?? onAir?.dj.displayName ?? event.title}
          small={
            onAir !== null && (
              <PlayedBy onAir={onAir} named={nowPlaying !== null} lost={stage.name === 'lost'} />
            )
          }
        />
      );
    case 'before':
      return stage.late ? (
        <Words
          large="Any moment"
          small={
            <>
              It was to begin at <Time at={stage.startsAt} as="clock" />. The DJ is not on air yet.
            </>
          }
        />
      ) : (
        <Countdown startsAt={stage.startsAt} />
      );
    case 'between':
      return (
        <Words
          large="A moment of quiet"
          small="Nobody is on air right now. The sound comes back by itself."
        />
      );
    case 'cool-down':
      return (
        <Words large="Thank you for listening" small="The music is over. The chat stays open for a while." />
      );
    case 'ended':
      return (
        <Words
          large="It was a good night"
          small={
            event.endedAt === null ? (
              'This event is over.'
            ) : (
              <>
                This event ended <Time at={event.endedAt} as="relative" />.
              </>
            )
          }
        />
      );
    case 'cancelled':
      return <Words large="Cancelled" small="This event does not take place." />;
    case 'draft':
      return (
        <Words
          large="A draft"
          small={
            <>
              Planned for <Time at={event.startsAt} />. Only you can see this page.
            </>
          }
        />
      );
  }
}

function Words({ large, small }: { readonly large: string; readonly small: ReactNode }) {
  return (
    <div aria-live="polite" className="flex min-w-0 flex-col gap-1">
      <p className="wide-title line-clamp-3 text-xl [overflow-wrap:anywhere] sm:text-3xl">{large}</p>
      <p className="text-quiet">{small}</p>
    </div>
  );
}

function PlayedBy({
  onAir,
  named,
  lost,
}: {
  readonly onAir: NonNullable<EventState['onAir']>;
  /** True when a title stands above, so that the name has to stand here. */
  readonly named: boolean;
  readonly lost: boolean;
}) {
  return (
    <>
      {named && (
        <>
          <Link to={paths.person(onAir.dj.handle)} className="text-ink!">
            {onAir.dj.displayName}
          </Link>
          ,{' '}
        </>
      )}
      {lost ? (
        'connection lost'
      ) : (
        <>
          on air since <Time at={onAir.since} as="clock" />
        </>
      )}
    </>
  );
}

function Countdown({ startsAt }: { readonly startsAt: number }) {
  const now = useNow(1_000);
  return (
    <div className="flex flex-col gap-1">
      <p className="text-quiet">Starts in</p>
      <p role="timer" className="wide-title text-3xl tabular-nums sm:text-5xl">
        {countdown(startsAt - now)}
      </p>
      <p className="text-quiet">
        <Time at={startsAt} />
      </p>
    </div>
  );
}

/** One word for the stage, and how many listen. */
export function StageBadges({ state, stage }: OnNowProps) {
  const { listeners } = state;
  const shows = stage.name === 'on-air' || stage.name === 'lost' || stage.name === 'between' || listeners > 0;
  return (
    <p className="flex flex-wrap items-center gap-2 text-sm text-quiet">
      <StageBadge stage={stage} />
      {shows && <span className="tabular-nums">{listeners} listening</span>}
    </p>
  );
}

function StageBadge({ stage }: { readonly stage: Stage }) {
  switch (stage.name) {
    case 'on-air':
      return <Badge tone="lamp">Live</Badge>;
    case 'lost':
      return <Badge tone="danger">Interrupted</Badge>;
    case 'before':
    case 'between':
      return <Badge>{stage.name === 'before' ? 'Soon' : 'Between sets'}</Badge>;
    case 'draft':
      return <Badge>Draft</Badge>;
    case 'cancelled':
      return <Badge tone="danger">Cancelled</Badge>;
    case 'cool-down':
    case 'ended':
      return <Badge>Over</Badge>;
  }
}
