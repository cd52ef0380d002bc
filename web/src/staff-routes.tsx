/** Which page for staff stands behind which address. Every page is a chunk of its own. */
import type { ComponentType, ReactNode } from 'react';
import { lazyPage } from './lazy-page.tsx';
import { matchPath } from './match-path.ts';
import { staffPatterns } from './staff-paths.ts';
import { useLocation } from './ui/location.ts';
import { NotFound } from './ui/not-found.tsx';

type Params = Readonly<Record<'slug', string>>;

/** The first that fits is taken. */
const routes: readonly (readonly [pattern: string, page: ComponentType<Params>])[] = [
  [
    staffPatterns.staffPeople,
    lazyPage(async () => (await import('./features/accounts/staff-people-page.tsx')).StaffPeoplePage),
  ],
  [
    staffPatterns.rollOuts,
    lazyPage(async () => (await import('./features/roll-outs/page.tsx')).RollOutsPage),
  ],
  [staffPatterns.faults, lazyPage(async () => (await import('./features/faults/page.tsx')).FaultsPage)],
  [staffPatterns.fault, lazyPage(async () => (await import('./features/faults/detail-page.tsx')).FaultPage)],
];

/** The page of the address on screen, which begins with `/staff/`. */
export function StaffPages(): ReactNode {
  const [path] = useLocation();
  for (const [pattern, Found] of routes) {
    const params = matchPath(pattern, path);
    if (params !== undefined) return <Found key={params['slug']} slug={params['slug'] ?? ''} />;
  }
  return <NotFound />;
}
