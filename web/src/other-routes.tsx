/** Which page stands behind an address of staff, or of a link that is opened once in a while. Every page is a chunk of its own. */
import type { ComponentType, ReactNode } from 'react';
import { lazyPage } from './lazy-page.tsx';
import { matchPath } from './match-path.ts';
import { rarePatterns, staffPatterns } from './staff-paths.ts';
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
  [staffPatterns.outbox, lazyPage(async () => (await import('./features/mail/outbox-page.tsx')).OutboxPage)],
  [rarePatterns.setup, lazyPage(async () => (await import('./features/accounts/setup-page.tsx')).SetupPage)],
  [
    rarePatterns.invite,
    lazyPage(async () => (await import('./features/accounts/invite-page.tsx')).InvitePage),
  ],
  [
    rarePatterns.verifyEmail,
    lazyPage(async () => (await import('./features/mail/verify-page.tsx')).VerifyPage),
  ],
  [
    rarePatterns.signedIn,
    lazyPage(async () => (await import('./features/sessions/signed-in-page.tsx')).SignedInPage),
  ],
  [
    rarePatterns.conflict,
    lazyPage(async () => (await import('./features/sessions/conflict-page.tsx')).ConflictPage),
  ],
  [
    rarePatterns.notifications,
    lazyPage(async () => (await import('./features/notifications/page.tsx')).NotificationsPage),
  ],
  [
    rarePatterns.compose,
    lazyPage(async () => (await import('./features/notifications/compose-page.tsx')).ComposePage),
  ],
  [
    rarePatterns.sent,
    lazyPage(async () => (await import('./features/notifications/sent-page.tsx')).SentPage),
  ],
  [
    rarePatterns.sentOne,
    lazyPage(async () => (await import('./features/notifications/sent-one-page.tsx')).SentOnePage),
  ],
  [
    staffPatterns.incidents,
    lazyPage(async () => (await import('./features/incidents/list-page.tsx')).IncidentsPage),
  ],
  [
    staffPatterns.newIncident,
    lazyPage(async () => (await import('./features/incidents/new-page.tsx')).NewIncidentPage),
  ],
  [
    staffPatterns.incident,
    lazyPage(async () => (await import('./features/incidents/page.tsx')).IncidentPage),
  ],
];

/** The page of the address on screen, when it is none of the often seen. */
export function OtherPages(): ReactNode {
  const [path] = useLocation();
  for (const [pattern, Found] of routes) {
    const params = matchPath(pattern, path);
    if (params !== undefined) return <Found key={params['slug']} slug={params['slug'] ?? ''} />;
  }
  return <NotFound />;
}
