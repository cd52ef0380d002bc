/** What is on, what comes next, and what has been. */
import { accountsEndpoints } from '@slipmat/contract/accounts';
import { type EventCard, eventsEndpoints } from '@slipmat/contract/events';
import type { ReactNode } from 'react';
import { useAsk } from '../../api/queries.ts';
import { paths } from '../../paths.ts';
import { Empty } from '../../ui/empty.tsx';
import { ButtonLink } from '../../ui/link.tsx';
import { Record } from '../../ui/record.tsx';
import { Region } from '../../ui/region.tsx';
import { Skeleton, SkeletonRows } from '../../ui/skeleton.tsx';
import { Time } from '../../ui/time.tsx';
import { useTitle } from '../../ui/use-title.ts';
import { useCan, useMe } from '../sessions/state.ts';
import { EventRow } from './event-row.tsx';
import { NowCard } from './now-card.tsx';

/** An event that goes live is on the home page within this time. Milliseconds. */
const refreshEvery = 30_000;

interface Lists {
  readonly now: readonly EventCard[];
  readonly next: readonly EventCard[];
  readonly ended: readonly EventCard[];
}

function Section({
  title,
  id,
  children,
}: {
  readonly title: string;
  readonly id: string;
  readonly children: ReactNode;
}) {
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className="eyebrow mb-4 text-quiet">
        {title}
      </h2>
      {children}
    </section>
  );
}

function Quiet({ next }: { readonly next: EventCard | undefined }) {
  return (
    <div className="flex flex-col items-center gap-7 rounded-3xl border border-line bg-raised px-6 py-9 text-center sm:flex-row sm:gap-12 sm:px-12 sm:text-left">
      <Record turning={false} className="w-40 shrink-0 sm:w-56" />
      <div className="flex flex-col gap-3">
        <p className="wide-title text-2xl sm:text-3xl">The needle is up.</p>
        <p className="text-lg text-quiet">
          Nobody is playing at the moment.
          {next !== undefined && (
            <>
              {' '}
              Next: <strong className="font-semibold text-ink">{next.title}</strong>,{' '}
              <Time at={next.startsAt} />.
            </>
          )}
        </p>
        {next !== undefined && (
          <div>
            <ButtonLink to={paths.live(next.slug)} variant="primary">
              Go to the event
            </ButtonLink>
          </div>
        )}
      </div>
    </div>
  );
}

/** Told only while there is nothing to see anyway. */
function OwnerMissing() {
  const state = useAsk(accountsEndpoints.setupState, undefined, { where: 'the set-up', shown: true });
  if (state.data === undefined) {
    return (
      <Region of={state} loading={null}>
        {() => null}
      </Region>
    );
  }
  if (!state.data.open) return null;
  return (
    <p role="status" className="rounded-xl border border-lamp bg-glow px-5 py-4">
      <strong className="font-semibold">This Slipmat has no owner yet.</strong> Open the link that the server
      printed when it started.
    </p>
  );
}

function Programme({ lists: { now, next, ended } }: { readonly lists: Lists }) {
  const me = useMe();
  const mayCreate = useCan('event.create') === true;
  const nothing = now.length + next.length + ended.length === 0;
  return (
    <div className="flex flex-col gap-12">
      {nothing && me.data?.account === null && <OwnerMissing />}
      <Section title="On now" id="now">
        {now.length === 0 ? (
          <Quiet next={next[0]} />
        ) : (
          <ul className="flex flex-col gap-5">
            {now.map((event) => (
              <NowCard key={event.slug} event={event} />
            ))}
          </ul>
        )}
      </Section>
      <div className="grid gap-x-14 gap-y-12 lg:grid-cols-[3fr_2fr]">
        <Section title="Next" id="next">
          {next.length === 0 ? (
            <Empty
              action={
                mayCreate && (
                  <ButtonLink to={paths.newEvent()} variant="primary">
                    Make an event
                  </ButtonLink>
                )
              }
            >
              No event is announced.
            </Empty>
          ) : (
            <ul>
              {next.map((event) => (
                <EventRow key={event.slug} event={event} />
              ))}
            </ul>
          )}
        </Section>
        <Section title="Recently ended" id="ended">
          {ended.length === 0 ? (
            <Empty>Nothing has been played yet.</Empty>
          ) : (
            <ul>
              {ended.map((event) => (
                <EventRow key={event.slug} event={event} />
              ))}
            </ul>
          )}
        </Section>
      </div>
    </div>
  );
}

function Loading() {
  return (
    <div className="flex flex-col gap-12">
      <Skeleton className="h-64 w-full rounded-3xl sm:h-80" />
      <SkeletonRows rows={4} label="Loading the events" />
    </div>
  );
}

export function HomePage() {
  useTitle('Slipmat');
  const lists = useAsk(eventsEndpoints.list, undefined, {
    where: 'the events',
    shown: true,
    every: refreshEvery,
  });
  const mayCreate = useCan('event.create') === true;
  return (
    <div className="mx-auto w-full max-w-6xl">
      <div className="mb-8 flex flex-wrap items-end justify-between gap-x-6 gap-y-4">
        <h1 className="wide-title text-4xl sm:text-5xl">Listen together</h1>
        {mayCreate && <ButtonLink to={paths.newEvent()}>New event</ButtonLink>}
      </div>
      <Region of={lists} whole loading={<Loading />}>
        {(data) => <Programme lists={data} />}
      </Region>
    </div>
  );
}
