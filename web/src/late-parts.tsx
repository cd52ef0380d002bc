/** Parts of every page that are loaded after it, each of which shows what its reader should know at once. */
import { can } from '@slipmat/contract/capabilities';
import { lazy, Suspense } from 'react';
import { Bell } from './features/notifications/bell.tsx';
import { Notices } from './features/notifications/notices.tsx';
import { useMe } from './features/sessions/state.ts';
import { paths } from './paths.ts';
import { Boundary } from './ui/boundary.tsx';
import { classes } from './ui/classes.ts';
import { PlainLink } from './ui/link.tsx';
import { useLocation } from './ui/location.ts';
import { ThemeButton } from './ui/theme-button.tsx';

const StoppedLine = lazy(async () => ({
  default: (await import('./features/roll-outs/stopped-line.tsx')).StoppedLine,
}));

/** What staff must know on every page. */
function ForStaff() {
  const groups = useMe().data?.account?.groups ?? [];
  if (!can(groups, 'staff.view')) return null;
  return (
    <Boundary where="the notice about roll-outs">
      <Suspense>
        <StoppedLine />
      </Suspense>
    </Boundary>
  );
}

function NavLink({ to, children }: { readonly to: string; readonly children: string }) {
  const [path] = useLocation();
  const current = path === to || path.startsWith(`${to}/`);
  return (
    <PlainLink
      to={to}
      aria-current={current ? 'page' : undefined}
      className={classes(
        'inline-flex min-h-11 items-center rounded-full px-3 text-sm font-medium hover:bg-sunken sm:px-4',
        current ? 'text-accent' : 'text-ink',
      )}
    >
      {children}
    </PlainLink>
  );
}

/** What the header has beside the way home and the account. */
export function Corner() {
  const account = useMe().data?.account;
  const groups = account?.groups ?? [];
  return (
    <>
      <nav aria-label="Main" className="flex items-center">
        {(can(groups, 'event.create') || account?.pausedGroups.includes('dj')) && (
          <NavLink to={paths.dashboard()}>Dashboard</NavLink>
        )}
        <span className="hidden sm:contents">
          {can(groups, 'person.find') && <NavLink to={paths.staffPeople()}>People</NavLink>}
          {can(groups, 'staff.view') && <NavLink to={paths.rollOuts()}>Roll-outs</NavLink>}
        </span>
      </nav>
      <Bell />
      <ThemeButton />
    </>
  );
}

/** The lines under the header. */
export function Lines() {
  return (
    <>
      <ForStaff />
      <Boundary where="your notifications">
        <Notices />
      </Boundary>
    </>
  );
}
