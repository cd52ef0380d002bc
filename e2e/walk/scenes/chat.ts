/** The chat of an event. */
import { chatEndpoints, chatMessages } from '@slipmat/contract/chat';
import { topicMessages } from '@slipmat/contract/realtime';
import type { Page } from 'playwright-core';
import { all, choose, press } from '../hands.ts';
import type { Scenes, SocketScene } from '../scene.ts';
import type { World } from '../world.ts';

const at = ({ slug }: World): string => `/e/${slug}`;

/** The talk is there, down to its last line. */
const talk = (page: Page): Promise<void> => page.getByText('olive says line 36', { exact: true }).waitFor();

/** Opens the menu of somebody's newest message. */
async function openMenu(page: Page): Promise<void> {
  const row = page.getByRole('log').locator('li').filter({ hasText: 'nova says line' }).last();
  await row.hover();
  await row.getByRole('button').click();
}

const moderating: Omit<SocketScene, 'of' | 'message'> = { as: 'owner', at, ready: talk };

export const chat: Scenes = [
  {
    of: ['features/chat/use-room.ts: chatEndpoints.history'],
    fails: chatEndpoints.history,
    as: 'nobody',
    at,
    ready: talk,
    act: async (page) => {
      const again = page.getByRole('log').getByRole('button', { name: 'Try again' });
      if (await again.isVisible()) await again.click();
      else await press('Older messages')(page);
    },
  },
  {
    of: ['features/chat/room.ts: topic chat:…', 'api/socket.ts: topicMessages.subscribe'],
    message: topicMessages.subscribe,
    body: ({ slug }) => ({ topic: `chat:${slug}` }),
    as: 'nobody',
    at,
    instead: (way) =>
      way === 'network' ? (page) => page.getByText(/No connection\. Reconnecting/).waitFor() : undefined,
  },
  {
    of: ['features/chat/room.ts: chatMessages.say'],
    message: chatMessages.say,
    as: 'member',
    at,
    ready: talk,
    act: all((page) => page.getByLabel('Write a message').fill('hello'), press('Send')),
  },
  {
    ...moderating,
    of: ['features/chat/use-room.ts: chatMessages.hide'],
    message: chatMessages.hide,
    act: all(openMenu, choose('Hide message')),
  },
  {
    ...moderating,
    of: ['features/chat/use-room.ts: chatMessages.slowMode'],
    message: chatMessages.slowMode,
    act: async (page) => {
      await page.getByLabel('Slow mode').selectOption('5');
    },
  },
  {
    ...moderating,
    of: ['features/chat/use-room.ts: chatMessages.restrict'],
    message: chatMessages.restrict,
    as: 'dj',
    act: async (page) => {
      const row = page.getByRole('log').locator('li').filter({ hasText: 'ana says line' }).last();
      await row.hover();
      await row.getByRole('button').click();
      await choose('Time-out, 10 minutes')(page);
    },
  },
  {
    ...moderating,
    of: ['features/chat/use-room.ts: chatMessages.unrestrict'],
    message: chatMessages.unrestrict,
    as: 'dj',
    at: ({ restrictedSlug }) => `/e/${restrictedSlug}`,
    ready: (page) => page.getByText('One person cannot write').click(),
    act: press('Let write again'),
  },
  {
    of: ['features/chat/message-row.tsx: import ./row-menu.tsx'],
    code: true,
    as: 'owner',
    at,
    ready: talk,
    act: openMenu,
    fresh: true,
  },
  {
    of: ['features/chat/panel.tsx: import ./moderator-bar.tsx'],
    code: /moderator-bar/,
    as: 'owner',
    at,
  },
];
