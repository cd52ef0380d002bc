/** What every page has around it, and the code that comes when it is wanted. */
import { sessionsEndpoints } from '@slipmat/contract/sessions';
import type { Page } from 'playwright-core';
import { press, pretend } from '../hands.ts';
import type { CodeScene, Scenes, Who } from '../scene.ts';

import type { World } from '../world.ts';

/** Addresses of `other-routes.tsx`. */
const rare = /^\/(?:staff\/|setup|invite|verify-email|signed-in|conflict|notifications|sent)/;

/** Opens a page from another one, so that only its own code is still to come. */
function page(as: Who, name: string, path: (world: World) => string = () => name): CodeScene {
  return {
    of: [`${rare.test(name) ? 'other-routes' : 'routes'}.tsx: import of a page`],
    title: name,
    code: true,
    as,
    at: () => '/nowhere',
    ready: (opened) => opened.getByRole('heading', { name: 'Nothing on this side' }).waitFor(),
    act: async (opened, world) => go(opened, path(world)),
    fresh: true,
  };
}

/** Goes to another page as a link does. */
async function go(opened: Page, path: string): Promise<void> {
  await opened.evaluate(
    `history.pushState(null, '', ${JSON.stringify(path)}); dispatchEvent(new PopStateEvent('popstate'))`,
  );
}

export const frame: Scenes = [
  page('nobody', '/'),
  page('nobody', '/e/…', ({ slug }) => `/e/${slug}`),
  page('nobody', '/sign-in'),
  page('nobody', '/sign-up'),
  page('nobody', '/setup'),
  page('member', '/invite'),
  page('member', '/settings'),
  page('member', '/signed-in'),
  page('member', '/conflict'),
  page('member', '/people/nova'),
  page('owner', '/staff/people'),
  page('owner', '/staff/roll-outs'),
  page('owner', '/staff/faults'),
  page('owner', '/staff/outbox'),
  page('nobody', '/verify-email'),
  page('member', '/notifications'),
  page('owner', '/sent'),
  page('owner', '/sent/new'),
  page('dj', '/dj'),
  page('dj', '/dj/events/new'),
  page('dj', '/dj/events/…', ({ draft }) => `/dj/events/${draft}`),
  {
    of: ['app.tsx: import ./late-parts.tsx', 'app.tsx: import ./styles/pages.css'],
    code: /late-parts/,
    as: 'member',
    at: ({ slug }) => `/e/${slug}`,
  },
  {
    of: ['features/sessions/account-menu.tsx: import ./account-popover.tsx'],
    code: true,
    as: 'member',
    at: () => '/',
    act: press('Your account, Ana'),
    fresh: true,
  },
  {
    of: ['api/me.ts: import ./elsewhere.ts'],
    // The chunk that it stands in, of which the live page needs nothing else.
    code: /\/pages-/,
    as: 'member',
    before: (opened) =>
      pretend(opened, sessionsEndpoints.me, (me) => ({
        ...me,
        elsewhere: ['https://old.example/api/auth/me'],
      })),
    at: ({ slug }) => `/e/${slug}`,
  },
  {
    // The code does not come, and the server is asked why.
    of: ['ui/use-loaded.ts: sessionsEndpoints.me'],
    fails: sessionsEndpoints.me,
    as: 'member',
    at: () => '/nowhere',
    ready: async (opened) => {
      await opened.getByRole('heading', { name: 'Nothing on this side' }).waitFor();
      await opened.route(/\/assets\/.*\.js$/, (route) => route.abort());
    },
    act: (opened) => go(opened, '/settings'),
    fresh: true,
  },
];
