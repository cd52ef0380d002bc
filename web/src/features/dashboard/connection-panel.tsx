/** Large and live: what the server hears from the DJ's software. */
import type { Connection } from '@slipmat/contract/dashboard';
import type { ReactNode } from 'react';
import { goToRead } from '../../api/to-read.ts';
import { paths } from '../../paths.ts';
import { Button } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { useLocation } from '../../ui/location.ts';
import { Record } from '../../ui/record.tsx';
import { countdown, Time } from '../../ui/time.tsx';
import { useNow } from '../../ui/use-now.ts';

interface ConnectionPanelProps {
  readonly connection: Connection;
  /** Under the state: what to do with the event. */
  readonly children?: ReactNode;
}

export function ConnectionPanel({ connection, children }: ConnectionPanelProps) {
  const { state } = connection;
  return (
    <section
      aria-label="Your connection"
      className={classes(
        'rounded-2xl border bg-raised p-5 sm:p-7',
        state === 'on-air' && 'border-accent',
        state === 'lost' && 'border-danger',
        (state === 'offline' || state === 'standby') && 'border-line',
      )}
    >
      <div className="grid grid-cols-[5.5rem_minmax(0,1fr)] items-center gap-5 sm:grid-cols-[9rem_minmax(0,1fr)] sm:gap-8">
        <Record turning={state === 'on-air'} />
        <div role="status" className="flex min-w-0 flex-col gap-2">
          <Words connection={connection} />
        </div>
      </div>
      {(state === 'on-air' || state === 'standby') && <Details connection={connection} />}
      {children !== undefined && <div className="mt-5 flex flex-wrap gap-3">{children}</div>}
    </section>
  );
}

function Words({ connection }: { readonly connection: Connection }) {
  switch (connection.state) {
    case 'offline':
      return (
        <Large word="Offline">
          Nothing is connected. Press play in your software; this page answers within a second.
        </Large>
      );
    case 'standby':
      if (connection.waitsFor !== null) return <HeldUp since={connection.since} />;
      return (
        <Large word="Standby">
          Connected since <Time at={connection.since} as="clock" /> and ready. You go on air when your slot
          begins.
        </Large>
      );
    case 'on-air':
      return (
        <Large word="On air" tone="text-accent">
          People hear you since <Time at={connection.since} as="clock" />.
        </Large>
      );
    case 'lost':
      return <Lost graceEndsAt={connection.graceEndsAt} since={connection.since} />;
  }
}

/** The software is connected, and its DJ has something to confirm first. */
function HeldUp({ since }: { readonly since: number }) {
  const [, go] = useLocation();
  return (
    <>
      <Large word="Waits for you" tone="text-accent">
        Connected since <Time at={since} as="clock" />. There is a message that you have to confirm first, at
        the top of this page. Within a second of that you go on air, if it is your slot; your software stays
        connected.
      </Large>
      <Button
        small
        variant="primary"
        className="self-start"
        onClick={() => goToRead() || go(paths.notifications())}
      >
        Read it
      </Button>
    </>
  );
}

function Lost({ graceEndsAt, since }: { readonly graceEndsAt: number; readonly since: number }) {
  const left = graceEndsAt - useNow(1_000);
  return (
    <Large word="Connection lost" tone="text-danger">
      Since <Time at={since} as="clock" /> nothing arrives.{' '}
      {left > 0 ? (
        <>
          Your listeners and your place are kept for another{' '}
          <strong className="text-ink tabular-nums" aria-live="off">
            {countdown(left)}
          </strong>
          .
        </>
      ) : (
        'Your place is given up any moment.'
      )}{' '}
      Most software connects again by itself; otherwise press play there.
    </Large>
  );
}

function Large({
  word,
  tone,
  children,
}: {
  readonly word: string;
  readonly tone?: string;
  readonly children: ReactNode;
}) {
  return (
    <>
      <h2 className={classes('wide-title text-3xl sm:text-5xl', tone)}>{word}</h2>
      <p className="text-quiet">{children}</p>
    </>
  );
}

function Details({
  connection,
}: {
  readonly connection: Extract<Connection, { state: 'standby' | 'on-air' }>;
}) {
  const { client, format, bitrate, warning } = connection;
  return (
    <>
      <dl className="mt-6 grid gap-x-6 gap-y-3 sm:grid-cols-3">
        <Fact name="Software">{client === '' ? 'does not say' : client}</Fact>
        <Fact name="Format">{format}</Fact>
        <Fact name="Bit rate">{bitrate === null ? 'measuring…' : `${Math.round(bitrate)} kbit/s`}</Fact>
      </dl>
      {warning !== null && (
        <p role="alert" className="mt-4 rounded-xl border border-accent bg-glow px-4 py-3">
          <strong className="font-semibold">Please check.</strong> {warning}
        </p>
      )}
    </>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-sm text-quiet">{name}</dt>
      <dd className="font-medium [overflow-wrap:anywhere]">{children}</dd>
    </div>
  );
}
