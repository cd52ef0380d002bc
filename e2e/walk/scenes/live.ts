/** The sound of the live page. */
import { eventPageEndpoints } from '@slipmat/contract/event-page';
import { topicMessages } from '@slipmat/contract/realtime';
import { press, pretend, withoutSocket } from '../hands.ts';
import type { Scenes } from '../scene.ts';
import type { World } from '../world.ts';

const at = ({ slug }: World): string => `/e/${slug}`;

/** Long enough for the player to try again, and to ask why it does not come. Milliseconds. */
const untilAsked = 40_000;

export const live: Scenes = [
  {
    of: ['features/live/use-event.ts: topic event:…', 'features/dashboard/end-event.tsx: topic event:…'],
    message: topicMessages.subscribe,
    body: ({ slug }) => ({ topic: `event:${slug}` }),
    as: 'nobody',
    at,
    instead: () => (page) => page.getByRole('heading', { level: 1, name: 'Friday night' }).waitFor(),
  },
  {
    of: [
      'features/live/use-player.ts: Audio',
      'features/live/use-player.ts: fetch',
      'features/live/diagnosis.ts: fetch',
    ],
    fails: { method: 'GET', path: '/listen/{slug}' },
    as: 'nobody',
    at,
    before: async (page) => {
      await withoutSocket(page);
      await pretend(page, eventPageEndpoints.show, (state) => ({
        ...state,
        event: { ...state.event, status: 'live' as const },
        onAir: { dj: { ...state.event.host }, since: Date.now(), sound: true, contentType: 'audio/mpeg' },
      }));
    },
    act: async (page) => {
      await press('Play')(page);
      for (let waited = 0; waited < untilAsked; waited += 4_000) {
        await page.clock.runFor(4_000);
      }
    },
    says: (way) => (way === 'contract' ? 'Strange answer' : undefined),
    fresh: true,
  },
];
