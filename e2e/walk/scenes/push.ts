/** Push on this device and on others. */
import { createHash } from 'node:crypto';
import { type PushDevice, pushEndpoints } from '@slipmat/contract/push';
import type { Page } from 'playwright-core';
import { press, pretend } from '../hands.ts';
import type { Scenes } from '../scene.ts';

const at = (): string => '/settings';
const endpoint = 'https://push.example/of-the-walk';

/** A push service that takes every subscription, and somebody who allows it; browsers in tests have neither. */
const service = `
  Object.defineProperty(Notification, 'permission', { value: 'granted' });
  Notification.requestPermission = async () => 'granted';
  const subscription = {
    endpoint: ${JSON.stringify(endpoint)},
    toJSON: () => ({ keys: { p256dh: 'a'.repeat(87), auth: 'a'.repeat(22) } }),
    unsubscribe: async () => true,
  };
  PushManager.prototype.subscribe = async () => subscription;
`;

/** This browser has a subscription already. */
const subscribed = `
  ServiceWorkerContainer.prototype.getRegistration = async () => ({
    pushManager: { getSubscription: async () => subscription },
  });
`;

const device: PushDevice = {
  id: '01940000-0000-7000-8000-000000000001',
  label: 'A phone',
  createdAt: 1,
  reachedAt: null,
  fingerprint: 'of another',
  current: false,
};

const withDevice =
  (change: Partial<PushDevice>) =>
  async (page: Page): Promise<void> => {
    await page.addInitScript({ content: service + subscribed });
    await pretend(page, pushEndpoints.devices, (reply) => ({
      ...reply,
      devices: [{ ...device, ...change }],
    }));
  };

export const push: Scenes = [
  {
    of: ['features/push/push-panel.tsx: pushEndpoints.devices'],
    fails: pushEndpoints.devices,
    as: 'member',
    at,
  },
  {
    of: ['features/push/subscription.ts: pushEndpoints.subscribe'],
    fails: pushEndpoints.subscribe,
    as: 'member',
    at,
    before: (page) => page.addInitScript({ content: service }).then(() => undefined),
    act: (page) => page.getByRole('switch').click(),
  },
  {
    of: ['features/push/push-panel.tsx: pushEndpoints.unsubscribe'],
    fails: pushEndpoints.unsubscribe,
    as: 'member',
    at,
    before: withDevice({}),
    act: press('No push on A phone'),
  },
  {
    of: ['features/push/subscription.ts: pushEndpoints.unsubscribe'],
    fails: pushEndpoints.unsubscribe,
    as: 'member',
    at,
    before: withDevice({ fingerprint: createHash('sha256').update(endpoint).digest('hex') }),
    act: (page) => page.getByRole('switch').click(),
  },
];
