/** Incidents, as staff start them and tell how they go on. */
import { faultsEndpoints } from '@slipmat/contract/faults';
import { incidentsEndpoints } from '@slipmat/contract/incidents';
import type { Page } from 'playwright-core';
import { press } from '../hands.ts';
import type { Scenes } from '../scene.ts';
import type { World } from '../world.ts';

const at = ({ incident }: World): string => `/staff/incidents/${incident}`;

async function write(page: Page): Promise<void> {
  await page.getByLabel('What people are told now').fill('It is being looked at.');
}

export const incidents: Scenes = [
  {
    of: ['features/incidents/list-page.tsx: incidentsEndpoints.list'],
    fails: incidentsEndpoints.list,
    as: 'owner',
    at: () => '/staff/incidents',
  },
  {
    of: ['features/incidents/new-page.tsx: faultsEndpoints.show'],
    fails: faultsEndpoints.show,
    as: 'owner',
    at: ({ fault }) => `/staff/incidents/new?fault=${fault.id}`,
  },
  {
    of: ['features/incidents/new-page.tsx: incidentsEndpoints.preview'],
    fails: incidentsEndpoints.preview,
    as: 'owner',
    at: () => '/staff/incidents/new',
  },
  {
    of: ['features/incidents/new-page.tsx: incidentsEndpoints.start'],
    fails: incidentsEndpoints.start,
    as: 'owner',
    at: () => '/staff/incidents/new',
    ready: async (page) => {
      await page.getByLabel('Title').fill('The chat is slow');
      await page.getByLabel('What people are told').fill('We are looking at it.');
    },
    act: press('Start and tell them'),
  },
  {
    of: ['features/incidents/page.tsx: incidentsEndpoints.show'],
    fails: incidentsEndpoints.show,
    as: 'owner',
    at,
  },
  {
    of: ['features/incidents/page.tsx: incidentsEndpoints.postMortem'],
    fails: incidentsEndpoints.postMortem,
    as: 'owner',
    at,
  },
  {
    of: ['features/incidents/page.tsx: incidentsEndpoints.update'],
    fails: incidentsEndpoints.update,
    as: 'owner',
    at,
    ready: write,
    act: press('Post the update'),
  },
  {
    of: ['features/incidents/page.tsx: incidentsEndpoints.resolve'],
    fails: incidentsEndpoints.resolve,
    as: 'owner',
    at,
    ready: write,
    act: press('It is mended'),
  },
];
