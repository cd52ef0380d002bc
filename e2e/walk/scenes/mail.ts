/** E-mail addresses, and the owner's outbox. */
import { mailEndpoints } from '@slipmat/contract/mail';
import type { Page } from 'playwright-core';
import { password } from '../../../server/test/people.ts';
import { press, pretend } from '../hands.ts';
import type { Scenes } from '../scene.ts';

/** Opens the newest mail of the outbox. */
const read = (page: Page): Promise<void> =>
  page
    .getByRole('button', { name: /^Read “/ })
    .first()
    .click();

export const mail: Scenes = [
  {
    of: ['features/mail/use-address.ts: mailEndpoints.address'],
    fails: mailEndpoints.address,
    as: 'member',
    at: () => '/settings',
  },
  {
    of: ['features/mail/email-panel.tsx: mailEndpoints.sendLink'],
    fails: mailEndpoints.sendLink,
    as: 'member',
    at: () => '/settings',
    act: press('Make a new link'),
  },
  {
    of: ['features/mail/change-address.tsx: mailEndpoints.changeAddress'],
    fails: mailEndpoints.changeAddress,
    as: 'member',
    at: () => '/settings',
    ready: async (page) => {
      await press('Change the address')(page);
      await page.getByLabel('New address').fill('ana@example.org');
      await page.getByLabel('Your password').fill(password);
    },
    act: press('Change it'),
  },
  {
    of: ['features/mail/verify-page.tsx: mailEndpoints.verify'],
    fails: mailEndpoints.verify,
    as: 'nobody',
    at: () => '/verify-email#token=abcdefghijklmnopqrstuvwxyz',
    act: press('Verify my address'),
  },
  {
    of: ['features/mail/outbox-page.tsx: mailEndpoints.outbox'],
    fails: mailEndpoints.outbox,
    as: 'owner',
    at: () => '/staff/outbox',
  },
  {
    of: ['features/mail/mail-view.tsx: mailEndpoints.show'],
    fails: mailEndpoints.show,
    as: 'owner',
    at: () => '/staff/outbox',
    act: read,
    fresh: true,
  },
  {
    of: ['features/mail/mail-view.tsx: mailEndpoints.sendAgain'],
    fails: mailEndpoints.sendAgain,
    as: 'owner',
    at: () => '/staff/outbox',
    before: (page) => pretend(page, mailEndpoints.outbox, (reply) => ({ ...reply, mailIsSent: true })),
    ready: read,
    act: press('Send it now'),
  },
];
