/** The programme, and making and changing events. */
import { eventPageEndpoints } from '@slipmat/contract/event-page';
import { eventsEndpoints } from '@slipmat/contract/events';
import type { Page } from 'playwright-core';
import { press, pressInDialog, pretend, withoutSocket } from '../hands.ts';
import type { Scenes } from '../scene.ts';

/** The smallest PNG there is: one pixel. */
const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

async function choosePoster(page: Page): Promise<void> {
  const file = { name: 'poster.png', mimeType: 'image/png', buffer: picture };
  await page.locator('input[type=file]').setInputFiles(file);
}

export const events: Scenes = [
  {
    of: ['features/events/home-page.tsx: eventsEndpoints.list'],
    fails: eventsEndpoints.list,
    as: 'nobody',
    at: () => '/',
  },
  {
    of: ['features/events/editor-page.tsx: eventsEndpoints.show'],
    fails: eventsEndpoints.show,
    as: 'dj',
    at: ({ draft }) => `/dj/events/${draft}`,
  },
  {
    of: ['features/events/event-editor.tsx: eventsEndpoints.change'],
    fails: eventsEndpoints.change,
    as: 'dj',
    at: ({ draft }) => `/dj/events/${draft}`,
    ready: (page) => page.getByLabel('Title').fill('Another title'),
    act: press('Save changes'),
  },
  {
    of: ['features/events/event-editor.tsx: eventsEndpoints.setPoster'],
    fails: eventsEndpoints.setPoster,
    as: 'dj',
    at: ({ draft }) => `/dj/events/${draft}`,
    act: choosePoster,
  },
  {
    of: ['features/events/event-acts.tsx: eventsEndpoints.publish'],
    fails: eventsEndpoints.publish,
    as: 'dj',
    at: ({ draft }) => `/dj/events/${draft}`,
    act: press('Publish'),
  },
  {
    of: ['features/events/event-acts.tsx: eventsEndpoints[kind]'],
    fails: eventsEndpoints.cancel,
    as: 'dj',
    at: ({ slug }) => `/dj/events/${slug}`,
    ready: press('Cancel the event'),
    act: pressInDialog('Cancel the event'),
  },
  {
    of: ['features/events/event-acts.tsx: eventsEndpoints[kind]'],
    fails: eventsEndpoints.end,
    as: 'dj',
    at: ({ slug }) => `/dj/events/${slug}`,
    before: (page) =>
      pretend(page, eventsEndpoints.show, (reply) => ({
        ...reply,
        event: { ...reply.event, status: 'live' as const },
      })),
    ready: press('End it now'),
    act: pressInDialog('End it now'),
  },
  {
    of: ['features/events/new-event.tsx: eventsEndpoints.create'],
    fails: eventsEndpoints.create,
    as: 'dj',
    at: () => '/dj/events/new',
    ready: (page) => page.getByLabel('Title').fill('Saturday night'),
    act: press('Save as draft'),
  },
  {
    // The event is made, and only its poster is not there.
    of: ['features/events/new-event.tsx: eventsEndpoints.setPoster'],
    fails: eventsEndpoints.setPoster,
    as: 'dj',
    at: () => '/dj/events/new',
    ready: async (page) => {
      await page.getByLabel('Title').fill('Sunday night');
      await choosePoster(page);
    },
    act: press('Save as draft'),
    fresh: true,
  },
  {
    of: ['features/live/use-event.ts: eventPageEndpoints.show'],
    fails: eventPageEndpoints.show,
    as: 'nobody',
    at: ({ slug }) => `/e/${slug}`,
    before: withoutSocket,
  },
  {
    of: ['features/live/played.tsx: eventPageEndpoints.plays'],
    fails: eventPageEndpoints.plays,
    as: 'nobody',
    at: ({ slug }) => `/e/${slug}`,
  },
];
