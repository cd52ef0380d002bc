/** The DJ's evening as the dashboard follows it. */
import {
  DashboardState,
  DashboardTopicEvent,
  dashboardEndpoints,
  reduceDashboard,
} from '@slipmat/contract/dashboard';
import { useEffect, useState } from 'react';
import { useAsk } from '../../api/queries.ts';
import { askEvery, type Followed, tells, useEither } from '../../api/use-either.ts';
import { useTopic } from '../../api/use-topic.ts';
import { addSample, type Sample } from './chart.ts';

const where = 'your connection';
const dashboardTopic = { state: DashboardState, event: DashboardTopicEvent, reduce: reduceDashboard };

export type FollowedDashboard = Followed<DashboardState>;

/** Follows the signed-in DJ's own dashboard: over the socket, over HTTP where that does not speak. */
export function useDashboard(): FollowedDashboard {
  const topic = useTopic('dashboard', dashboardTopic);
  const show = useAsk(dashboardEndpoints.show, undefined, {
    where,
    shown: true,
    ...(tells(topic) ? {} : { every: askEvery }),
  });
  return useEither(topic, show, where);
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
