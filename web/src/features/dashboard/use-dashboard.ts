/** The DJ's evening as the dashboard follows it. */
import {
  DashboardState,
  DashboardTopicEvent,
  dashboardEndpoints,
  reduceDashboard,
} from '@slipmat/contract/dashboard';
import type { Problem } from '@slipmat/contract/problems';
import { useEffect, useState } from 'react';
import { useAsk } from '../../api/queries.ts';
import { run } from '../../api/run.ts';
import { useTopic } from '../../api/use-topic.ts';
import { addSample, type Sample } from './chart.ts';

/** How often it is asked for while the socket does not tell. Milliseconds. */
const askEvery = 10_000;

const dashboardTopic = { state: DashboardState, event: DashboardTopicEvent, reduce: reduceDashboard };

export interface FollowedDashboard {
  readonly state: DashboardState | undefined;
  /** True when `state` may be behind. */
  readonly stale: boolean;
  readonly problem: Problem | undefined;
  readonly retry: () => void;
  readonly busy: boolean;
}

/** Follows the signed-in DJ's own dashboard: over the socket, over HTTP where that does not speak. */
export function useDashboard(): FollowedDashboard {
  const topic = useTopic('dashboard', dashboardTopic);
  const told = topic.state !== undefined && !topic.stale;
  const show = useAsk(dashboardEndpoints.show, undefined, {
    where: 'your connection',
    shown: true,
    ...(told ? {} : { every: askEvery }),
  });
  const { refetch } = show;
  // The socket fell silent: a DJ has to know at once whether the server is still there.
  useEffect(() => {
    if (topic.stale) run(() => refetch(), 'your connection');
  }, [topic.stale, refetch]);
  const answered = show.data !== undefined && show.error === null;
  const state = told || !answered ? (topic.state ?? show.data) : show.data;
  return {
    state,
    stale: state !== undefined && !told && show.error !== null,
    problem: show.error?.problem ?? topic.problem,
    retry: () => run(() => show.refetch(), 'your connection'),
    busy: show.isFetching,
  };
}

/**
 * The number of listeners since the page was opened.
 * @param listeners undefined while not known.
 */
export function useSamples(listeners: number | undefined): readonly Sample[] {
  const [series, setSeries] = useState<readonly Sample[]>([]);
  useEffect(() => {
    if (listeners !== undefined) setSeries((before) => addSample(before, Date.now(), listeners));
  }, [listeners]);
  return series;
}
