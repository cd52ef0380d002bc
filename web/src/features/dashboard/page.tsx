/** The DJ's dashboard: connection, listeners, refused attempts, settings, keys, chat, events. */
import type { Account } from '@slipmat/contract/accounts';
import { can } from '@slipmat/contract/capabilities';
import type { DashboardState } from '@slipmat/contract/dashboard';
import { type EventCard, eventsEndpoints } from '@slipmat/contract/events';
import { type ComponentType, type ReactNode, useEffect, useState } from 'react';
import { useAsk } from '../../api/queries.ts';
import { run } from '../../api/run.ts';
import { paths } from '../../paths.ts';
import { Boundary } from '../../ui/boundary.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ButtonLink } from '../../ui/link.tsx';
import { NotAllowed } from '../../ui/not-found.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNotice, StaleNotice } from '../../ui/problem-notice.tsx';
import { Record } from '../../ui/record.tsx';
import { Region } from '../../ui/region.tsx';
import { Skeleton, SkeletonRows } from '../../ui/skeleton.tsx';
import { useMe } from '../sessions/state.ts';
import { AttemptsPanel } from './attempts-panel.tsx';
import { ConnectionPanel } from './connection-panel.tsx';
import { currentEvent } from './current.ts';
import { EncoderPanel } from './encoder-panel.tsx';
import { EndEvent } from './end-event.tsx';
import { EventsPanel } from './events-panel.tsx';
import { type FreshSecret, KeysPanel } from './keys-panel.tsx';
import { ListenersPanel } from './listeners-panel.tsx';
import { NotADj, PausedDj } from './not-a-dj.tsx';
import { type FollowedDashboard, useDashboard, useSamples } from './use-dashboard.ts';

interface ChatProps {
  readonly slug: string;
  readonly hostId: string | undefined;
  readonly className?: string;
}

interface DashboardPageProps {
  /** The chat of an event, which has the height that its place gives it. */
  readonly chat: ComponentType<ChatProps>;
  /** One's e-mail address, and how it is verified. */
  readonly email: ComponentType<{ readonly account: Account }>;
}

export function DashboardPage({ chat, email: Email }: DashboardPageProps) {
  const me = useMe();
  return (
    <Region of={me} whole loading={<Loading />}>
      {({ account }) => {
        if (account === null) return <NotAllowed signedIn={false} />;
        if (!can(account.groups, 'broadcast.send')) {
          if (!can(account.pausedGroups, 'broadcast.send')) return <NotADj handle={account.handle} />;
          return (
            <PausedDj>
              <Email account={account} />
            </PausedDj>
          );
        }
        return (
          <Evening chat={chat} accountId={account.id} managesAny={can(account.groups, 'event.manage-any')} />
        );
      }}
    </Region>
  );
}

function Loading() {
  return (
    <Page title="Dashboard">
      <SkeletonRows rows={4} label="Loading your dashboard" />
    </Page>
  );
}

interface EveningProps extends Pick<DashboardPageProps, 'chat'> {
  readonly accountId: string;
  readonly managesAny: boolean;
}

function Evening({ chat, accountId, managesAny }: EveningProps) {
  const dashboard = useDashboard();
  const samples = useSamples(dashboard.state?.listeners);
  const events = useAsk(eventsEndpoints.mine, undefined, {
    where: 'your events',
    shown: true,
    every: 60_000,
  });
  const connection = dashboard.state?.connection;
  const current = currentEvent(events.data?.events ?? [], connection);
  useAskOnChange(connection?.state, () => events.refetch());
  const [fresh, setFresh] = useState<FreshSecret>();
  const mayEnd = managesAny || current?.host.id === accountId;
  return (
    <Page
      title="Dashboard"
      width="wide"
      actions={
        <ButtonLink to={paths.newEvent()} variant="primary">
          New event
        </ButtonLink>
      }
    >
      <div className="grid items-start gap-4 sm:gap-6 lg:grid-cols-[minmax(0,1fr)_minmax(22rem,26rem)]">
        <Column>
          <Boundary where="your connection">
            <Source followed={dashboard}>
              {(state) => (
                <>
                  <ConnectionPanel connection={state.connection}>
                    {current !== undefined && (
                      <>
                        <ButtonLink to={paths.live(current.slug)}>Open the live page</ButtonLink>
                        {mayEnd && <EndEvent event={current} />}
                      </>
                    )}
                  </ConnectionPanel>
                  <ListenersPanel listeners={state.listeners} samples={samples} />
                  <AttemptsPanel attempts={state.attempts} />
                </>
              )}
            </Source>
          </Boundary>
        </Column>
        {/* The cell is as high as its row, and the chat stays in view within it. */}
        <div className="h-full min-w-0">
          <Column className="lg:sticky lg:top-20">
            <Boundary where="the chat">
              <EventChat
                chat={chat}
                current={current}
                loading={events.data === undefined && events.error === null}
              />
            </Boundary>
          </Column>
        </div>
        <Column>
          <Boundary where="the settings for your software">
            <EncoderPanel secret={fresh?.secret} />
          </Boundary>
        </Column>
        <Column>
          <Boundary where="your stream keys">
            <KeysPanel fresh={fresh} onFresh={setFresh} />
          </Boundary>
          <Boundary where="your events">
            <EventsPanel of={events} />
          </Boundary>
        </Column>
      </div>
    </Page>
  );
}

/** Asks again when a value changed, but not for the first one, which is asked for anyway. */
function useAskOnChange(value: string | undefined, ask: () => Promise<unknown>): void {
  const [asked, setAsked] = useState(value);
  useEffect(() => {
    if (asked === value) return;
    setAsked(value);
    if (asked !== undefined) run(ask, 'your events');
  }, [asked, value, ask]);
}

function Column({ className = '', children }: { readonly className?: string; readonly children: ReactNode }) {
  return <div className={`flex min-w-0 flex-col gap-4 sm:gap-6 ${className}`}>{children}</div>;
}

interface SourceProps {
  readonly followed: FollowedDashboard;
  readonly children: (state: DashboardState) => ReactNode;
}

function Source({ followed, children }: SourceProps) {
  const { state, stale, problem, retry, busy } = followed;
  if (state === undefined) {
    if (problem !== undefined) return <ProblemNotice problem={problem} onRetry={retry} busy={busy} />;
    return <SourceLoading />;
  }
  return (
    <>
      {stale && <StaleNotice problem={problem} onRetry={retry} busy={busy} />}
      {children(state)}
    </>
  );
}

function SourceLoading() {
  return (
    <div
      role="status"
      className="grid grid-cols-[5.5rem_minmax(0,1fr)] items-center gap-5 rounded-2xl border border-line bg-raised p-5 sm:grid-cols-[9rem_minmax(0,1fr)] sm:gap-8 sm:p-7"
    >
      <span className="sr-only">Loading your connection</span>
      <Record turning={false} className="w-full opacity-40" />
      <div className="flex flex-col gap-3">
        <Skeleton className="h-10 w-48 max-w-full" />
        <Skeleton className="h-4 w-72 max-w-full" />
      </div>
    </div>
  );
}

interface EventChatProps extends Pick<DashboardPageProps, 'chat'> {
  readonly current: EventCard | undefined;
  readonly loading: boolean;
}

function EventChat({ chat: Chat, current, loading }: EventChatProps) {
  if (loading)
    return (
      <Panel title="Chat">
        <SkeletonRows label="Loading the chat" />
      </Panel>
    );
  if (current === undefined)
    return (
      <Panel title="Chat">
        <Empty>The chat of your next published event appears here.</Empty>
      </Panel>
    );
  return (
    <>
      <p className="text-sm text-quiet">
        What the chat of <strong className="font-semibold text-ink">{current.title}</strong> says:
      </p>
      <Chat slug={current.slug} hostId={current.host.id} className="h-128 lg:h-[calc(100dvh-9rem)]" />
    </>
  );
}
