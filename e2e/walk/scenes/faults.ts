/** What broke, as staff see it. */
import { faultsEndpoints } from '@slipmat/contract/faults';
import { press, pretend } from '../hands.ts';
import type { Scenes } from '../scene.ts';
import type { World } from '../world.ts';

const at = ({ fault }: World): string => `/staff/faults/${fault.id}`;

export const faults: Scenes = [
  {
    of: ['features/faults/page.tsx: faultsEndpoints.list'],
    fails: faultsEndpoints.list,
    as: 'owner',
    at: () => '/staff/faults',
  },
  {
    of: ['features/faults/look-up.tsx: faultsEndpoints.lookUp'],
    fails: faultsEndpoints.lookUp,
    as: 'owner',
    at: () => '/staff/faults',
    ready: (page, { fault }) => page.getByRole('searchbox', { name: 'Reference' }).fill(fault.reference),
    act: press('Look it up'),
    fresh: true,
  },
  {
    of: ['features/faults/detail-page.tsx: faultsEndpoints.show'],
    fails: faultsEndpoints.show,
    as: 'owner',
    at,
  },
  {
    of: ['features/faults/detail-page.tsx: faultsEndpoints.resolve'],
    fails: faultsEndpoints.resolve,
    as: 'owner',
    at,
    act: press('Mark as resolved'),
  },
  {
    of: ['features/faults/detail-page.tsx: faultsEndpoints.reopen'],
    fails: faultsEndpoints.reopen,
    as: 'owner',
    at,
    before: (page) =>
      pretend(page, faultsEndpoints.show, (detail) => ({
        ...detail,
        fault: { ...detail.fault, state: 'resolved' as const },
      })),
    act: press('Open it again'),
  },
];
