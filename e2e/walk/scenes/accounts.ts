/** Signing up, people, groups, invitations. */
import { accountsEndpoints } from '@slipmat/contract/accounts';
import type { Page } from 'playwright-core';
import { password } from '../../../server/test/people.ts';
import { press } from '../hands.ts';
import type { Scenes } from '../scene.ts';

async function fillNewAccount(page: Page): Promise<void> {
  await page.getByLabel('Display name').fill('Ben');
  await page.getByLabel('Handle').fill('ben');
  await page.getByLabel('E-mail').fill('ben@example.com');
  await page.getByLabel('Password').fill(password);
}

export const accounts: Scenes = [
  {
    of: ['features/accounts/sign-up-page.tsx: accountsEndpoints.create'],
    fails: accountsEndpoints.create,
    as: 'nobody',
    at: () => '/sign-up',
    ready: fillNewAccount,
    act: press('Sign up', 'main'),
  },
  {
    of: ['features/accounts/setup-page.tsx: accountsEndpoints.setupState'],
    fails: accountsEndpoints.setupState,
    as: 'nobody',
    at: () => '/setup',
  },
  {
    of: ['features/accounts/setup-page.tsx: accountsEndpoints.setup'],
    fails: accountsEndpoints.setup,
    as: 'nobody',
    at: ({ unowned }) => unowned.setupLink,
    ready: fillNewAccount,
    act: press('Make me the owner'),
  },
  {
    of: ['features/events/home-page.tsx: accountsEndpoints.setupState'],
    fails: accountsEndpoints.setupState,
    as: 'nobody',
    at: ({ unowned }) => unowned.origin,
  },
  {
    of: ['features/accounts/people-search.tsx: accountsEndpoints.find'],
    fails: accountsEndpoints.find,
    as: 'owner',
    at: () => '/staff/people',
  },
  {
    of: ['features/accounts/people-search.tsx: accountsEndpoints.find'],
    fails: accountsEndpoints.find,
    as: 'owner',
    at: () => '/staff/people',
    ready: (page) => page.getByRole('link', { name: 'Nova' }).waitFor(),
    act: (page) => page.getByLabel('Handle or name').fill('a'),
    fresh: true,
  },
  {
    of: ['features/accounts/person-page.tsx: accountsEndpoints.person'],
    fails: accountsEndpoints.person,
    as: 'nobody',
    at: () => '/people/nova',
  },
  {
    of: ['features/accounts/grants.tsx: accountsEndpoints.grant'],
    fails: accountsEndpoints.grant,
    as: 'owner',
    at: () => '/people/ana',
    act: press('Put Ana into the group Moderator'),
  },
  {
    of: ['features/accounts/grants.tsx: accountsEndpoints.revoke'],
    fails: accountsEndpoints.revoke,
    as: 'owner',
    at: () => '/people/nova',
    act: press('Take Nova out of the group DJ'),
  },
  {
    of: ['features/accounts/invitations.tsx: accountsEndpoints.invitations'],
    fails: accountsEndpoints.invitations,
    as: 'owner',
    at: () => '/staff/people',
  },
  {
    of: ['features/accounts/invitations.tsx: accountsEndpoints.invite'],
    fails: accountsEndpoints.invite,
    as: 'owner',
    at: () => '/staff/people',
    act: press('Make a link'),
  },
  {
    of: ['features/accounts/invitations.tsx: accountsEndpoints.withdrawInvitation'],
    fails: accountsEndpoints.withdrawInvitation,
    as: 'owner',
    at: () => '/staff/people',
    act: press('Withdraw'),
  },
  {
    of: ['features/accounts/invite-page.tsx: accountsEndpoints.showInvitation'],
    fails: accountsEndpoints.showInvitation,
    as: 'member',
    at: ({ invitation }) => invitation,
  },
  {
    of: ['features/accounts/invite-page.tsx: accountsEndpoints.acceptInvitation'],
    fails: accountsEndpoints.acceptInvitation,
    as: 'member',
    at: ({ invitation }) => invitation,
    act: press('Become a DJ'),
  },
];
