/** The live page of an event: sound, who plays, chat. */
import type { EventState } from '@slipmat/contract/events';
import type { Problem } from '@slipmat/contract/problems';
import type { ComponentType, ReactNode } from 'react';
import { isUnreached } from '../../api/problem-error.ts';
import { paths } from '../../paths.ts';
import { Boundary } from '../../ui/boundary.tsx';
import { classes } from '../../ui/classes.ts';
import { ButtonLink } from '../../ui/link.tsx';
import { Page } from '../../ui/page.tsx';
import { ProblemNotice, StaleNotice } from '../../ui/problem-notice.tsx';
import { Record } from '../../ui/record.tsx';
import { Skeleton, SkeletonRows } from '../../ui/skeleton.tsx';
import { Unreachable } from '../../ui/unreachable.tsx';
import { useNow } from '../../ui/use-now.ts';
import { About } from './about.tsx';
import { RecordButton, SoundLine, SoundProblem, VolumeControl } from './deck.tsx';
import { Lineup } from './lineup.tsx';
import { useMediaSession } from './media-session.ts';
import { OnNow, StageBadges } from './on-now.tsx';
import { Played } from './played.tsx';
import { ShareButton } from './share-button.tsx';
import { useSpaceKey } from './space-key.ts';
import { airOf, isOver, stageOf } from './stage.ts';
import { type FollowedEvent, useEvent } from './use-event.ts';
import { usePlayer } from './use-player.ts';

interface LivePageProps {
  readonly slug: string;
  /** The chat of the event, which has the height that its place gives it. */
  readonly chat: ComponentType<{
    readonly slug: string;
    readonly hostId: string | undefined;
    readonly className?: string;
  }>;
  /** The page for what is not there. */
  readonly missing: ComponentType<{ readonly children: ReactNode }>;
}

export function LivePage({ slug, chat, missing }: LivePageProps) {
  const event = useEvent(slug);
  if (event.state !== undefined) return <Live slug={slug} chat={chat} event={event} state={event.state} />;
  if (event.problem === undefined) return <Loading />;
  return <Failed problem={event.problem} event={event} missing={missing} />;
}

interface FailedProps extends Pick<LivePageProps, 'missing'> {
  readonly problem: Problem;
  readonly event: FollowedEvent;
}

function Failed({ problem, event, missing: Missing }: FailedProps) {
  if (problem.code === 'not-found' || problem.code === 'topic-unknown')
    return (
      <Missing>
        There is no event at this address. It may be a draft that only its host sees, or the link is mistyped.
      </Missing>
    );
  if (isUnreached(problem)) return <Unreachable problem={problem} onRetry={event.retry} busy={event.busy} />;
  return (
    <Page title="Event">
      <ProblemNotice problem={problem} onRetry={event.retry} busy={event.busy} />
    </Page>
  );
}

/** Phones: the deck and the chat fill the screen, the rest lies below. Wide screens: the chat stands beside. */
const frame =
  'grid gap-3 sm:gap-6 lg:grid-cols-[minmax(0,1fr)_minmax(22rem,26rem)] lg:grid-rows-[auto_1fr] lg:gap-8';
/** The height of a screen without the header of the site and the margins of the page. */
const firstScreen =
  'flex min-h-[calc(100dvh-5rem-1px-var(--lines))] min-w-0 flex-col gap-3 sm:min-h-[calc(100dvh-6.5rem-1px-var(--lines))] sm:gap-6 lg:contents';
const chatPlace =
  'flex min-h-88 flex-1 flex-col lg:sticky lg:top-[calc(5rem+var(--lines))] lg:col-start-2 lg:row-span-2 lg:row-start-1 lg:h-[calc(100dvh-6.5rem-1px-var(--lines))]';

interface LiveProps extends Omit<LivePageProps, 'missing'> {
  readonly event: FollowedEvent;
  readonly state: EventState;
}

function Live({ slug, chat: Chat, event: followed, state }: LiveProps) {
  const { event } = state;
  const now = useNow(30_000);
  const stage = stageOf(state, now);
  return (
    <Page title={event.title} ownHeading width="wide">
      {followed.stale && (
        <StaleNotice
          problem={followed.problem}
          onRetry={followed.retry}
          busy={followed.busy}
          className="mb-3"
        />
      )}
      <div className={frame}>
        <div className={firstScreen}>
          <Boundary where="the player">
            <Deck slug={slug} followed={followed} state={state} stage={stage} />
          </Boundary>
          <div className={chatPlace}>
            <Boundary where="the chat">
              <Chat slug={slug} hostId={event.host.id} className="flex-1" />
            </Boundary>
          </div>
        </div>
        <div className="flex min-w-0 flex-col gap-4 sm:gap-6">
          <Boundary where="the rest of this page">
            <About event={event} mayEdit={followed.mayEdit} />
            <Lineup state={state} />
            <Played slug={slug} nowPlaying={state.nowPlaying} over={isOver(event)} />
          </Boundary>
        </div>
      </div>
    </Page>
  );
}

const deckGrid =
  'grid grid-cols-[8.5rem_minmax(0,1fr)] items-center gap-x-4 gap-y-2 sm:grid-cols-[minmax(12rem,20rem)_minmax(0,1fr)] sm:gap-x-10 sm:gap-y-4';

interface DeckProps {
  readonly slug: string;
  readonly followed: FollowedEvent;
  readonly state: EventState;
  readonly stage: ReturnType<typeof stageOf>;
}

function Deck({ slug, followed, state, stage }: DeckProps) {
  const { event, onAir, nowPlaying } = state;
  const { air, over } = airOf(state, !followed.stale);
  const controls = usePlayer(slug, air, over);
  const { player, press } = controls;
  useSpaceKey(press);
  useMediaSession(
    player.wanted,
    {
      title: nowPlaying?.title ?? event.title,
      artist: onAir?.dj.displayName ?? event.host.displayName,
      album: event.title,
      posterUrl: event.posterUrl,
    },
    press,
  );
  const silent =
    stage.name === 'draft' || stage.name === 'cancelled' || (stage.name === 'ended' && !player.wanted);
  return (
    <section aria-label="Player" className="flex min-w-0 flex-col gap-3">
      <div className="flex items-start justify-between gap-3">
        <h1 className="eyebrow line-clamp-2 min-w-0 pt-1 text-quiet">{event.title}</h1>
        <ShareButton title={event.title} path={paths.live(slug)} />
      </div>
      <div className={deckGrid}>
        <div className="sm:row-span-2">
          {silent ? (
            <Record turning={false} />
          ) : (
            <RecordButton player={player} press={press} className="w-full" />
          )}
        </div>
        <div
          className={classes(
            'flex min-w-0 flex-col gap-2 sm:gap-4',
            silent ? 'sm:row-span-2' : 'sm:self-end',
          )}
        >
          <StageBadges state={state} stage={stage} />
          <OnNow state={state} stage={stage} />
        </div>
        {!silent && (
          <div className="col-span-2 flex min-h-11 min-w-0 items-center justify-between gap-3 sm:col-span-1 sm:flex-col sm:items-start sm:justify-start sm:gap-1 sm:self-start">
            <SoundLine player={player} />
            <VolumeControl controls={controls} />
          </div>
        )}
      </div>
      {!silent && <SoundProblem controls={controls} said={followed.stale} />}
      {stage.name === 'draft' && followed.mayEdit && (
        <ButtonLink to={paths.editEvent(slug)} variant="primary" className="self-start">
          Edit and publish
        </ButtonLink>
      )}
    </section>
  );
}

function Loading() {
  return (
    <Page title="Live" ownHeading width="wide">
      <div className={frame} role="status">
        <span className="sr-only">Loading the event</span>
        <div className={firstScreen}>
          <div className="flex flex-col gap-3">
            <Skeleton className="my-3 h-5 w-48" />
            <div className={deckGrid}>
              <Record turning={false} className="w-full opacity-40 sm:row-span-2" />
              <div className="flex flex-col gap-3">
                <Skeleton className="h-5 w-24" />
                <Skeleton className="h-8 w-full max-w-sm" />
                <Skeleton className="h-4 w-40" />
              </div>
            </div>
          </div>
          <div className={`${chatPlace} rounded-2xl border border-line bg-raised p-5`}>
            <SkeletonRows rows={5} label="Loading the chat" />
          </div>
        </div>
      </div>
    </Page>
  );
}
