/** For staff: one fault with everything that is known of it, and what can be done. */
import { type FaultDetail, type FaultEvent, faultLimits, faultsEndpoints } from '@slipmat/contract/faults';
import { useState } from 'react';
import { keyOf, queries, useAct, useAsk } from '../../api/queries.ts';
import { paths } from '../../paths.ts';
import { staffPaths } from '../../staff-paths.ts';
import { Badge } from '../../ui/badge.tsx';
import { Boundary } from '../../ui/boundary.tsx';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ButtonLink, Link } from '../../ui/link.tsx';
import { counted } from '../../ui/number.ts';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Region } from '../../ui/region.tsx';
import { Require } from '../../ui/require.tsx';
import { Cell, HeadCell, Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { EventView } from './event-view.tsx';
import { HoursChart } from './hours-chart.tsx';
import { hitWords, kindWords, stateWords, titleOf } from './words.ts';

/** Milliseconds. */
const askEvery = 5_000;

/** @param slug id of the fault. */
export function FaultPage({ slug }: { readonly slug: string }) {
  return (
    <Require capability="staff.view" need="to be staff">
      {() => (
        <Page title="Fault" ownHeading width="wide">
          <Boundary where="this fault">
            <Followed faultId={slug} />
          </Boundary>
        </Page>
      )}
    </Require>
  );
}

function Followed({ faultId }: { readonly faultId: string }) {
  const fault = useAsk(
    faultsEndpoints.show,
    { params: { faultId } },
    { where: 'this fault', shown: true, every: askEvery },
  );
  return (
    <>
      <p className="mb-4">
        <Link to={staffPaths.faults()}>All faults</Link>
      </p>
      <Region of={fault} whole>
        {(detail) => <Detail detail={detail} />}
      </Region>
    </>
  );
}

function Detail({ detail }: { readonly detail: FaultDetail }) {
  const { fault, events } = detail;
  return (
    <div className="flex flex-col gap-4 sm:gap-6">
      <Head detail={detail} />
      <Panel title="Over seven days">
        <HoursChart chart={detail.chart} hours={faultLimits.chartHours} label="This fault" />
      </Panel>
      <div className="grid items-start gap-4 sm:gap-6 xl:grid-cols-2">
        <People detail={detail} />
        <Browsers detail={detail} />
      </div>
      <Panel title={events.length === 0 ? 'Events' : `The last ${String(events.length)} events`}>
        <Events key={fault.id} events={events} />
      </Panel>
    </div>
  );
}

function Head({ detail }: { readonly detail: FaultDetail }) {
  const { fault, resolvedAt, resolvedBy, cameBackAt, releases } = detail;
  const { word, tone } = stateWords[fault.state];
  return (
    <header className="flex flex-col gap-3">
      <p className="flex flex-wrap items-center gap-3">
        <Badge tone={tone}>{word}</Badge>
        <span className="text-sm text-quiet">{kindWords[fault.kind].about}</span>
      </p>
      <h1 className="wide-title text-2xl wrap-anywhere sm:text-3xl">{titleOf(fault)}</h1>
      <p className="font-mono text-sm wrap-anywhere text-quiet">{fault.place}</p>
      <p>
        {hitWords(fault)}. First <Time at={fault.firstAt} />, last <Time at={fault.lastAt} />. Release{' '}
        {releases.first === releases.last ? releases.last : `${releases.first} to ${releases.last}`}.
      </p>
      {fault.state === 'resolved' && resolvedAt !== null && (
        <p className="text-good">
          Resolved <Time at={resolvedAt} as="relative" /> by {resolvedBy}. It comes back here by itself when
          it happens again.
        </p>
      )}
      {fault.state === 'came-back' && cameBackAt !== null && (
        <p className="text-danger">
          It was resolved by {resolvedBy}, and happened again <Time at={cameBackAt} as="relative" />.
        </p>
      )}
      <Acts detail={detail} />
    </header>
  );
}

function Acts({ detail: { fault } }: { readonly detail: FaultDetail }) {
  const isResolved = fault.state === 'resolved';
  const act = useAct(isResolved ? faultsEndpoints.reopen : faultsEndpoints.resolve, {
    where: 'this fault',
    shown: true,
  });
  const params = { faultId: fault.id };
  const send = (): void =>
    act.mutate(
      { params },
      { onSuccess: (answer) => queries.setQueryData(keyOf(faultsEndpoints.show, { params }), answer) },
    );
  return (
    <div className="flex flex-wrap items-start gap-3">
      <Button variant={isResolved ? 'quiet' : 'primary'} busy={act.isPending} onClick={send}>
        {isResolved ? 'Open it again' : 'Mark as resolved'}
      </Button>
      <ButtonLink to={`${staffPaths.newIncident()}?fault=${fault.id}`}>Tell the affected</ButtonLink>
      {act.error !== null && (
        <ProblemNotice
          problem={act.error.problem}
          onRetry={send}
          busy={act.isPending}
          className="order-last basis-full"
        />
      )}
    </div>
  );
}

function People({ detail: { people, fault } }: { readonly detail: FaultDetail }) {
  return (
    <Panel title="People it hit">
      {people.length === 0 ? (
        <Empty>Nobody who was signed in.</Empty>
      ) : (
        <Table
          label="People it hit"
          head={
            <>
              <HeadCell>Person</HeadCell>
              <HeadCell number>Times</HeadCell>
              <HeadCell number>Last</HeadCell>
            </>
          }
        >
          {people.map((person) => (
            <tr key={person.id}>
              <Cell className="wrap-anywhere">
                <Link to={paths.person(person.handle)}>{person.displayName}</Link>{' '}
                <span className="text-quiet">@{person.handle}</span>
              </Cell>
              <Cell number>{counted(person.hits)}</Cell>
              <Cell number>
                <Time at={person.lastAt} as="relative" />
              </Cell>
            </tr>
          ))}
        </Table>
      )}
      {fault.people > people.length && (
        <p className="mt-3 text-sm text-quiet">Those last hit; {counted(fault.people)} in all.</p>
      )}
    </Panel>
  );
}

function Browsers({ detail: { browsers, fault } }: { readonly detail: FaultDetail }) {
  return (
    <Panel title={fault.kind === 'source' ? 'DJ software' : 'Browsers'}>
      <Table
        label="How often with which"
        head={
          <>
            <HeadCell>Name</HeadCell>
            <HeadCell number>Times</HeadCell>
          </>
        }
      >
        {browsers.map(({ name, count }) => (
          <tr key={name}>
            <Cell>{name}</Cell>
            <Cell number>{counted(count)}</Cell>
          </tr>
        ))}
      </Table>
    </Panel>
  );
}

function Events({ events }: { readonly events: readonly FaultEvent[] }) {
  const [open, setOpen] = useState(events[0]?.reference);
  if (events.length === 0) return <Empty>They are forgotten after 30 days; their numbers stay.</Empty>;
  return (
    <ul className="divide-y divide-line">
      {events.map((event) => {
        const isOpen = event.reference === open;
        return (
          <li key={event.reference} className="py-2">
            <button
              type="button"
              aria-expanded={isOpen}
              onClick={() => setOpen(isOpen ? undefined : event.reference)}
              className="flex min-h-11 w-full flex-wrap items-center gap-x-4 gap-y-1 rounded-lg text-left hover:bg-sunken"
            >
              <span aria-hidden="true">{isOpen ? '▾' : '▸'}</span>
              <code className="font-mono text-sm">{event.reference}</code>
              <span className="text-sm text-quiet">
                <Time at={event.at} /> · {event.person?.displayName ?? 'nobody signed in'}
              </span>
            </button>
            {isOpen && (
              <div className="pt-3 pb-4 sm:pl-6">
                <EventView event={event} />
              </div>
            )}
          </li>
        );
      })}
    </ul>
  );
}
