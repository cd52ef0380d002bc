/** The dashboard of a DJ. */
import { broadcastEndpoints } from '@slipmat/contract/broadcast';
import { dashboardEndpoints } from '@slipmat/contract/dashboard';
import { eventsEndpoints } from '@slipmat/contract/events';
import { topicMessages } from '@slipmat/contract/realtime';
import { press, pressInDialog, pretend, withoutSocket } from '../hands.ts';
import type { Scenes } from '../scene.ts';

const at = (): string => '/dj';

export const dashboard: Scenes = [
  {
    of: ['features/dashboard/use-dashboard.ts: dashboardEndpoints.show'],
    fails: dashboardEndpoints.show,
    as: 'dj',
    at,
    before: withoutSocket,
  },
  {
    of: ['features/dashboard/use-dashboard.ts: topic dashboard', 'api/socket.ts: topicMessages.subscribe'],
    message: topicMessages.subscribe,
    body: () => ({ topic: 'dashboard' }),
    as: 'dj',
    at,
    instead: () => (page) => page.getByRole('heading', { name: 'Offline' }).waitFor(),
  },
  {
    of: ['features/dashboard/page.tsx: eventsEndpoints.mine'],
    fails: eventsEndpoints.mine,
    as: 'dj',
    at,
  },
  {
    of: ['features/dashboard/encoder-panel.tsx: broadcastEndpoints.encoder'],
    fails: broadcastEndpoints.encoder,
    as: 'dj',
    at,
  },
  {
    of: ['features/dashboard/keys-panel.tsx: broadcastEndpoints.keys'],
    fails: broadcastEndpoints.keys,
    as: 'dj',
    at,
  },
  {
    of: ['features/dashboard/keys-panel.tsx: broadcastEndpoints.createKey'],
    fails: broadcastEndpoints.createKey,
    as: 'dj',
    at,
    act: press('Make a key'),
  },
  {
    of: ['features/dashboard/keys-panel.tsx: broadcastEndpoints.rotateKey'],
    fails: broadcastEndpoints.rotateKey,
    as: 'dj',
    at,
    ready: press('New secret'),
    act: pressInDialog('New secret'),
  },
  {
    of: ['features/dashboard/keys-panel.tsx: broadcastEndpoints.revokeKey'],
    fails: broadcastEndpoints.revokeKey,
    as: 'dj',
    at,
    ready: press('Revoke'),
    act: pressInDialog('Revoke key'),
  },
  {
    of: ['features/dashboard/end-event.tsx: eventsEndpoints.end'],
    fails: eventsEndpoints.end,
    as: 'dj',
    at,
    before: async (page) => {
      await withoutSocket(page);
      await pretend(page, eventsEndpoints.mine, ({ events }) => ({
        events: events.map((event) => ({ ...event, status: 'live' as const })),
      }));
    },
    ready: press('End event'),
    act: pressInDialog('End event'),
  },
];
