/** Sending notifications: the composer, what was sent, and its ledger. */
import { eventsEndpoints } from '@slipmat/contract/events';
import { type SentNotification, sendingEndpoints } from '@slipmat/contract/sending';
import type { Page } from 'playwright-core';
import { aDraft } from '../../../server/test/notices.ts';
import { press, pressInDialog, pretend } from '../hands.ts';
import type { HttpScene, Scenes } from '../scene.ts';
import type { World } from '../world.ts';

const id = '01940000-0000-7000-8000-000000000002';
const at = (): string => `/sent/${id}`;

/** Something that was sent long ago to forty people. */
const sent: SentNotification = {
  ...aDraft({ to: [{ kind: 'djs' }] }),
  id,
  version: 1,
  from: { name: 'Olive', role: 'staff', handle: 'olive' },
  state: 'sent',
  createdAt: 1,
  startsAt: 1,
  changedAt: null,
  withdrawnAt: null,
  incident: null,
  counts: { recipients: 40, seen: 10, confirmed: 0, reminded: 0, unreachable: 0 },
};

/** The page shows it without anybody having been sent it. */
async function shown(page: Page): Promise<void> {
  await page.route(`**/api/sent/${id}`, (route) =>
    route.request().method() === 'GET'
      ? route.fulfill({ json: { notification: sent, progress: [] } })
      : route.fallback(),
  );
  await page.route(`**/api/sent/${id}/ledger?*`, (route) =>
    route.fulfill({ json: { rows: [], more: false } }),
  );
}

function act(kind: 'remind' | 'withdraw', open: string, button: string): HttpScene {
  return {
    of: ['features/notifications/sent-acts.tsx: sendingEndpoints[kind]'],
    title: kind,
    fails: sendingEndpoints[kind],
    as: 'owner',
    before: shown,
    at,
    ready: press(open, 'main'),
    act: pressInDialog(button),
  };
}

async function write(page: Page): Promise<void> {
  await page.getByLabel('Title').fill('The walk');
  await page.getByRole('button', { name: 'Send…' }).click();
}

const people = ({ people: { dj } }: World): string => `/sent/new?people=${dj.handle}`;

export const sending: Scenes = [
  {
    of: ['features/notifications/sent-page.tsx: sendingEndpoints.list'],
    fails: sendingEndpoints.list,
    as: 'owner',
    at: () => '/sent',
  },
  {
    of: ['features/notifications/sent-one-page.tsx: sendingEndpoints.show'],
    fails: sendingEndpoints.show,
    as: 'owner',
    at,
  },
  {
    of: ['features/notifications/ledger.tsx: sendingEndpoints.ledger'],
    fails: sendingEndpoints.ledger,
    as: 'owner',
    before: shown,
    at,
  },
  {
    of: ['features/notifications/change-dialog.tsx: sendingEndpoints.change'],
    fails: sendingEndpoints.change,
    as: 'owner',
    before: shown,
    at,
    ready: press('Change', 'main'),
    act: pressInDialog('Change it'),
  },
  act('remind', 'Remind', 'Remind 30 people'),
  act('withdraw', 'Withdraw', 'Withdraw it'),
  {
    of: ['features/notifications/use-reached.ts: sendingEndpoints.preview'],
    fails: sendingEndpoints.preview,
    as: 'owner',
    at: people,
  },
  {
    of: ['features/notifications/compose.tsx: sendingEndpoints.send'],
    fails: sendingEndpoints.send,
    as: 'owner',
    at: people,
    ready: write,
    act: pressInDialog('Send to 1 person'),
  },
  {
    of: ['features/notifications/event-select.tsx: eventsEndpoints.mine'],
    fails: eventsEndpoints.mine,
    as: 'dj',
    at: ({ slug }) => `/sent/new?event=${slug}`,
  },
  {
    of: ['features/notifications/event-select.tsx: eventsEndpoints.list'],
    fails: eventsEndpoints.list,
    as: 'owner',
    before: (page) => pretend(page, eventsEndpoints.mine, () => ({ events: [] })),
    at: ({ slug }) => `/sent/new?event=${slug}`,
  },
];
