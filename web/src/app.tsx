/** The frame of every page: header, the page, problems that float, footer. */
import { type ReactNode, useEffect, useRef } from 'react';
import { isUnreached } from './api/problem-error.ts';
import { run } from './api/run.ts';
import { AccountMenu } from './features/sessions/account-menu.tsx';
import { useMe } from './features/sessions/state.ts';
import { Routes } from './routes.tsx';
import { Boundary } from './ui/boundary.tsx';
import { classes } from './ui/classes.ts';
import { PlainLink } from './ui/link.tsx';
import { useLocation } from './ui/location.ts';
import { ProblemNotice } from './ui/problem-notice.tsx';
import { ProblemToasts } from './ui/problem-toasts.tsx';
import { Record } from './ui/record.tsx';
import { Unreachable } from './ui/unreachable.tsx';
import { type Loading, useLoaded } from './ui/use-loaded.ts';

function Header({ corner }: { readonly corner: ReactNode }) {
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
        {corner}
        <AccountMenu />
      </div>
    </header>
  );
}

/** What every page has beside the page itself and no first visit waits for. */
const lateParts: Loading<typeof import('./late-parts.tsx')> = {
  load: async () => {
    const [parts] = await Promise.all([import('./late-parts.tsx'), import('./styles/pages.css')]);
    return parts;
  },
  where: 'the top of this page',
};

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
  const { value: late, problem, retry } = useLoaded(lateParts);
  return (
    <div className="flex min-h-dvh flex-col">
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-full focus:bg-lamp focus:px-5 focus:py-3 focus:text-on-lamp"
      >
        Skip to the page
      </a>
      <Boundary where="the header">
        <Header corner={late !== undefined && <late.Corner />} />
      </Boundary>
      {late !== undefined && <late.Lines />}
      {late === undefined && problem !== undefined && <ProblemNotice problem={problem} onRetry={retry} />}
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
