/** Signing in and out, devices, and who the browser is to the site. */
import { accountsEndpoints } from '@slipmat/contract/accounts';
import { broadcastEndpoints } from '@slipmat/contract/broadcast';
import { problemOf } from '@slipmat/contract/problems';
import { sessionsEndpoints } from '@slipmat/contract/sessions';
import type { Page } from 'playwright-core';
import { Person, password } from '../../../server/test/people.ts';
import { addressOf, all, press, pressInDialog, pretend, signInHere } from '../hands.ts';
import type { Scenes } from '../scene.ts';
import type { World } from '../world.ts';

/** A sign-in of the member that the scene may end, in this browser. */
async function asAnotherDevice(page: Page, world: World): Promise<void> {
  await signInHere(page, world, 'ana');
}

async function signIn(page: Page): Promise<void> {
  await page.getByLabel('Handle or e-mail').fill('ana');
  await page.getByLabel('Password').fill(password);
}

/** What staff end from afar: every sign-in of this browser's person but their own. */
async function endedFromAfar(page: Page, { site }: World): Promise<void> {
  const cookies = await page.context().cookies();
  const person = new Person(site, { id: '', handle: 'ana', email: '' });
  for (const { name, value } of cookies) person.cookies.set(name, value);
  await person.call(sessionsEndpoints.signOut);
}

/** A stream key is not made without the password. */
async function wantsPassword(page: Page): Promise<void> {
  const { method, path } = broadcastEndpoints.createKey;
  await page.route(addressOf(path), async (route) => {
    if (route.request().method() !== method) return route.fallback();
    const json = problemOf('step-up-required', 'w-stepup');
    await route.fulfill({ status: json.status, contentType: 'application/problem+json', json });
  });
}

/** Two accounts in one browser, as the server says it. */
const twoAccounts = (page: Page, { people }: World): Promise<void> =>
  pretend(page, sessionsEndpoints.conflict, () => ({
    accounts: [people.dj, people.member].map(({ id, handle }) => ({
      session: `of-${handle}`,
      person: { id, handle, displayName: handle, groups: [] },
      signedInAt: Date.now(),
      cookie: 'slipmat',
    })),
  }));

export const sessions: Scenes = [
  {
    of: ['api/me.ts: sessionsEndpoints.me'],
    fails: sessionsEndpoints.me,
    as: 'member',
    at: () => '/settings',
  },
  { of: ['api/me.ts: sessionsEndpoints.me'], fails: sessionsEndpoints.me, as: 'member', at: () => '/' },
  {
    of: ['api/me.ts: sessionsEndpoints.me'],
    fails: sessionsEndpoints.me,
    as: 'member',
    at: ({ slug }) => `/e/${slug}`,
  },
  {
    of: ['api/identity-change.ts: sessionsEndpoints.devices'],
    fails: sessionsEndpoints.devices,
    as: 'nobody',
    before: asAnotherDevice,
    at: ({ slug }) => `/e/${slug}`,
    ready: async (page) => page.getByText('Connected', { exact: true }).waitFor(),
    act: endedFromAfar,
    says: () => 'You are signed out, and the server could not be asked why.',
    fresh: true,
  },
  {
    of: ['main.tsx: import ./api/identity-change.ts'],
    code: /\/pages-/,
    as: 'nobody',
    before: async (page, world) => {
      await asAnotherDevice(page, world);
      // It is loaded by itself after some seconds, or it would be by then.
      await page.route(/\/pages-/, (route) => route.abort());
    },
    at: ({ slug }) => `/e/${slug}`,
    ready: async (page) => page.getByText('Connected', { exact: true }).waitFor(),
    act: endedFromAfar,
    fresh: true,
  },
  {
    of: ['api/identity-change.ts: sessionsEndpoints.signOut'],
    fails: sessionsEndpoints.signOut,
    as: 'member',
    at: () => '/',
    // The menu closes with every press in it.
    act: all(press('Your account, Ana'), press('Sign out')),
  },
  {
    of: ['features/sessions/sign-in-page.tsx: sessionsEndpoints.signIn'],
    fails: sessionsEndpoints.signIn,
    as: 'nobody',
    at: () => '/sign-in',
    ready: signIn,
    act: press('Sign in', 'main'),
  },
  {
    of: ['features/sessions/go-back.ts: sessionsEndpoints.check'],
    fails: sessionsEndpoints.check,
    as: 'nobody',
    at: () => '/sign-in?return=https%3A%2F%2Fold.example%2Fpage',
    ready: signIn,
    act: press('Sign in', 'main'),
    fresh: true,
  },
  {
    of: ['features/sessions/settings-page.tsx: accountsEndpoints.update'],
    fails: accountsEndpoints.update,
    as: 'member',
    at: () => '/settings',
    act: press('Save'),
  },
  {
    of: ['features/sessions/device-list.tsx: sessionsEndpoints.devices'],
    fails: sessionsEndpoints.devices,
    as: 'member',
    at: () => '/settings',
  },
  {
    of: ['features/sessions/device-list.tsx: sessionsEndpoints.endDevice'],
    fails: sessionsEndpoints.endDevice,
    as: 'nobody',
    before: asAnotherDevice,
    at: () => '/settings',
    act: (page) =>
      page
        .getByRole('button', { name: /^Sign out (?!on|all|every)/ })
        .first()
        .click(),
  },
  {
    of: ['features/sessions/device-list.tsx: sessionsEndpoints.endOtherDevices'],
    fails: sessionsEndpoints.endOtherDevices,
    as: 'nobody',
    before: asAnotherDevice,
    at: () => '/settings',
    act: press('Sign out all others'),
  },
  {
    of: ['features/sessions/device-list.tsx: sessionsEndpoints.signOutEverywhere'],
    fails: sessionsEndpoints.signOutEverywhere,
    as: 'nobody',
    before: asAnotherDevice,
    at: () => '/settings',
    act: press('Sign out everywhere'),
  },
  {
    of: ['features/sessions/ask-password.tsx: sessionsEndpoints.stepUp'],
    fails: sessionsEndpoints.stepUp,
    as: 'dj',
    before: wantsPassword,
    at: () => '/dj',
    ready: async (page) => {
      await press('Make a key')(page);
      await page.getByRole('textbox', { name: 'Password' }).fill(password);
    },
    act: pressInDialog('Go on'),
  },
  {
    of: ['password-dialog.ts: import ./features/sessions/ask-password.tsx'],
    code: /ask-password/,
    as: 'dj',
    before: wantsPassword,
    at: () => '/dj',
    act: press('Make a key'),
  },
  {
    of: ['features/sessions/conflict-page.tsx: sessionsEndpoints.conflict'],
    fails: sessionsEndpoints.conflict,
    as: 'member',
    at: () => '/conflict',
  },
  {
    of: ['features/sessions/conflict-page.tsx: sessionsEndpoints.choose'],
    fails: sessionsEndpoints.choose,
    as: 'member',
    before: twoAccounts,
    at: () => '/conflict',
    act: press('Keep this one: ana, @ana'),
  },
  {
    of: ['features/sessions/services.ts: sessionsEndpoints.me'],
    fails: sessionsEndpoints.me,
    as: 'member',
    at: () => '/signed-in',
    ready: (page) => page.getByRole('heading', { name: 'Who takes you for whom' }).waitFor(),
    act: press('Ask again'),
  },
  {
    of: ['features/sessions/services.ts: sessionsEndpoints.check', 'features/sessions/services.ts: fetch'],
    fails: sessionsEndpoints.check,
    as: 'member',
    at: () => '/signed-in',
    ready: (page) => page.getByRole('heading', { name: 'Who takes you for whom' }).waitFor(),
    act: press('Ask again'),
  },
  {
    of: ['features/sessions/signed-in-page.tsx: sessionsEndpoints.repair'],
    fails: sessionsEndpoints.repair,
    as: 'member',
    before: leftOverCookie,
    at: () => '/signed-in',
    act: press('Take old cookies away'),
  },
  {
    of: ['features/sessions/clear-cookies.tsx: sessionsEndpoints.clearCookies'],
    fails: sessionsEndpoints.clearCookies,
    as: 'member',
    at: () => '/signed-in',
    ready: press('Clear this site’s cookies'),
    act: pressInDialog('Clear cookies'),
  },
];

/** The check finds a cookie that signs nobody in. */
function leftOverCookie(page: Page): Promise<void> {
  return pretend(page, sessionsEndpoints.check, (reply) => ({
    ...reply,
    cookies: reply.cookies.map((cookie) => ({ ...cookie, state: 'stale' as const })),
  }));
}
