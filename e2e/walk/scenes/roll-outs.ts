/** Changes of sign-in, as staff follow and steer them. */

import { topicMessages } from '@slipmat/contract/realtime';
import { type RollOut, type RollOutsState, rollOutsEndpoints } from '@slipmat/contract/roll-outs';
import type { Page } from 'playwright-core';
import { press, pressInDialog, pretend, pretendTopic, withoutSocket } from '../hands.ts';
import type { HttpScene, Scenes } from '../scene.ts';
import type { World } from '../world.ts';

const at = (): string => '/staff/roll-outs';

const changed = (state: RollOutsState, change: Partial<RollOut>): RollOutsState => ({
  ...state,
  rollOuts: state.rollOuts.map((rollOut) => ({ ...rollOut, ...change })),
});

/** The page asks over HTTP, and gets every roll-out in this state. */
const inState =
  (change: Partial<RollOut>) =>
  async (page: Page): Promise<void> => {
    await withoutSocket(page);
    await pretend(page, rollOutsEndpoints.show, (state) => changed(state, change));
  };

/** An act of the panel of one roll-out. */
function steering(
  endpoint: keyof typeof rollOutsEndpoints,
  change: Partial<RollOut>,
  button: string,
): HttpScene {
  return {
    of: ['features/roll-outs/controls.tsx: rollOutsEndpoints[name]'],
    fails: rollOutsEndpoints[endpoint],
    as: 'owner',
    at,
    before: inState(change),
    act: press(button, 'main'),
  };
}

export const rollOuts: Scenes = [
  {
    of: ['features/roll-outs/use-roll-outs.ts: rollOutsEndpoints.show'],
    fails: rollOutsEndpoints.show,
    as: 'owner',
    before: withoutSocket,
    at,
  },
  {
    of: [
      'features/roll-outs/use-roll-outs.ts: topic roll-outs',
      'features/roll-outs/stopped-line.tsx: topic roll-outs',
    ],
    message: topicMessages.subscribe,
    body: () => ({ topic: 'roll-outs' }),
    as: 'owner',
    at,
    instead: () => (page) => page.getByRole('button', { name: 'Start…' }).waitFor(),
  },
  {
    of: ['features/roll-outs/start-dialog.tsx: rollOutsEndpoints.start'],
    fails: rollOutsEndpoints.start,
    as: 'owner',
    at,
    ready: press('Start…'),
    act: pressInDialog('Start'),
  },
  steering('pause', { state: 'running', percent: 5 }, 'Pause'),
  steering('resume', { state: 'paused', percent: 5 }, 'Resume'),
  steering('acknowledge', { state: 'stopped', alertSince: 1 }, 'Noted'),
  {
    ...steering('advance', { state: 'running', percent: 5 }, ''),
    of: ['features/roll-outs/controls.tsx: rollOutsEndpoints.advance'],
    ready: press('Next step now…'),
    act: (page) => page.getByRole('dialog').getByRole('button').last().click(),
  },
  {
    of: ['features/roll-outs/controls.tsx: rollOutsEndpoints.rollBack'],
    fails: rollOutsEndpoints.rollBack,
    as: 'owner',
    at,
    before: inState({ state: 'running', percent: 5 }),
    ready: async (page) => {
      await press('Roll back…')(page);
      await page.getByLabel('Why').fill('the walk');
    },
    act: pressInDialog('Roll back'),
  },
  {
    of: ['features/roll-outs/stopped-line.tsx: rollOutsEndpoints.acknowledge'],
    fails: rollOutsEndpoints.acknowledge,
    as: 'owner',
    at: () => '/',
    before: alarmed,
    act: press('Noted'),
  },
  {
    of: ['late-parts.tsx: import ./features/roll-outs/stopped-line.tsx'],
    code: /stopped-line/,
    as: 'owner',
    at: () => '/',
  },
];

/** The topic says that a roll-out stopped. */
async function alarmed(page: Page, { people }: World): Promise<void> {
  const state = await people.owner.call(rollOutsEndpoints.show);
  await pretendTopic(
    page,
    'roll-outs',
    changed(state, { state: 'stopped', alertSince: 1, reason: 'refused' }),
  );
}
