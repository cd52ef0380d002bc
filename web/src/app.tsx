/** The frame of every page: header, the page, problems that float, footer. */
import { can } from '@slipmat/contract/capabilities';
import { lazy, Suspense, useEffect, useRef } from 'react';
import { isUnreached } from './api/problem-error.ts';
import { run } from './api/run.ts';
import { AccountMenu } from './features/sessions/account-menu.tsx';
import { useMe } from './features/sessions/state.ts';
import { paths } from './paths.ts';
import { Routes } from './routes.tsx';
import { Boundary } from './ui/boundary.tsx';
import { classes } from './ui/classes.ts';
import { PlainLink } from './ui/link.tsx';
import { useLocation } from './ui/location.ts';
import { ProblemToasts } from './ui/problem-toasts.tsx';
import { Record } from './ui/record.tsx';
import { ThemeButton } from './ui/theme-button.tsx';
import { Unreachable } from './ui/unreachable.tsx';

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

function Header() {
  const account = useMe().data?.account;
  const groups = account?.groups ?? [];
  return (
    <header className="sticky top-0 z-30 border-b border-line bg-ground/95 backdrop-blur-sm">
      <div className="mx-auto flex h-14 w-full max-w-7xl items-center gap-1 px-3 sm:gap-2 sm:px-6">
        <PlainLink
          to="/"
          className="mr-auto inline-flex min-h-11 items-center gap-2.5 rounded-lg"
          aria-label="Slipmat, home"
        >
          <Record turning={false} className="size-7" />
          <span className="wide-title text-lg max-[379px]:sr-only">Slipmat</span>
        </PlainLink>
        <nav aria-label="Main" className="flex items-center">
          {(can(groups, 'event.create') || account?.pausedGroups.includes('dj')) && (
            <NavLink to={paths.dashboard()}>Dashboard</NavLink>
          )}
          {can(groups, 'person.find') && <NavLink to={paths.staffPeople()}>People</NavLink>}
          {can(groups, 'staff.view') && (
            <span className="hidden sm:contents">
              <NavLink to={paths.rollOuts()}>Roll-outs</NavLink>
            </span>
          )}
        </nav>
        <ThemeButton />
        <AccountMenu />
      </div>
    </header>
  );
}

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

/** Moves focus to the page when another one opens, so that readers of the screen start at its top. */
function useFocusOnChange() {
  const [path] = useLocation();
  const main = useRef<HTMLElement>(null);
  const shown = useRef(path);
  useEffect(() => {
    if (shown.current === path) return;
    shown.current = path;
    scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [path]);
  return main;
}

function PageOrUnreachable() {
  const me = useMe();
  if (me.data === undefined && me.error !== null && isUnreached(me.error.problem)) {
    return (
      <Unreachable
        problem={me.error.problem}
        busy={me.isFetching}
        onRetry={() => run(() => me.refetch(), 'your account')}
      />
    );
  }
  return <Routes />;
}

export function App() {
  const main = useFocusOnChange();
  const [path] = useLocation();
  const live = path.startsWith('/e/');
  return (
    <div className="flex min-h-dvh flex-col">
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-full focus:bg-lamp focus:px-5 focus:py-3 focus:text-on-lamp"
      >
        Skip to the page
      </a>
      <Boundary where="the header">
        <Header />
      </Boundary>
      <ForStaff />
      <main
        id="main"
        ref={main}
        tabIndex={-1}
        className={classes('flex-1 px-3 sm:px-6', live ? 'py-3 sm:py-6' : 'py-7 sm:py-10')}
      >
        <PageOrUnreachable />
      </main>
      {!live && (
        <footer className="border-t border-line px-3 py-6 text-center text-sm text-quiet sm:px-6">
          Slipmat: DJs play live, people listen together.
        </footer>
      )}
      <ProblemToasts />
    </div>
  );
}
