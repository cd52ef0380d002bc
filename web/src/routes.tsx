/** Which page stands behind which address. Every page is a chunk of its own. */
import { type ComponentType, lazy, type ReactNode, Suspense } from 'react';
import { Route, Switch, useLocation } from 'wouter';
import { clientProblem, ProblemError } from './api/problem-error.ts';
import { paths, routePatterns } from './paths.ts';
import { Boundary } from './ui/boundary.tsx';
import { NotFound } from './ui/not-found.tsx';
import { SkeletonPage } from './ui/skeleton.tsx';

export { paths };

/** A page whose code cannot be loaded is a problem like any other: the server is gone or has been renewed. */
function page<Props>(load: () => Promise<ComponentType<Props>>) {
  return lazy(async () => {
    try {
      return { default: await load() };
    } catch (cause) {
      const detail = 'This page could not be loaded. The server may be restarting, or this site was renewed.';
      throw new ProblemError(clientProblem('page-broke', Math.random, { detail }), { cause });
    }
  });
}

const HomePage = page(async () => (await import('./features/events/home-page.tsx')).HomePage);
const LivePage = page(async () => (await import('./features/live/page.tsx')).LivePage);
const DashboardPage = page(async () => (await import('./features/dashboard/page.tsx')).DashboardPage);
const EditorPage = page(async () => (await import('./features/events/editor-page.tsx')).EditorPage);
const NewEventPage = page(async () => (await import('./features/events/editor-page.tsx')).NewEventPage);
const SignInPage = page(async () => (await import('./features/sessions/sign-in-page.tsx')).SignInPage);
const SettingsPage = page(async () => (await import('./features/sessions/settings-page.tsx')).SettingsPage);
const SignUpPage = page(async () => (await import('./features/accounts/sign-up-page.tsx')).SignUpPage);
const SetupPage = page(async () => (await import('./features/accounts/setup-page.tsx')).SetupPage);
const InvitePage = page(async () => (await import('./features/accounts/invite-page.tsx')).InvitePage);
const PersonPage = page(async () => (await import('./features/accounts/person-page.tsx')).PersonPage);
const StaffPeoplePage = page(
  async () => (await import('./features/accounts/staff-people-page.tsx')).StaffPeoplePage,
);

function Pages(): ReactNode {
  return (
    <Switch>
      <Route path={routePatterns.home}>
        <HomePage />
      </Route>
      <Route path={routePatterns.live}>{({ slug }) => <LivePage key={slug} slug={slug} />}</Route>
      <Route path={routePatterns.signIn}>
        <SignInPage />
      </Route>
      <Route path={routePatterns.signUp}>
        <SignUpPage />
      </Route>
      <Route path={routePatterns.setup}>
        <SetupPage />
      </Route>
      <Route path={routePatterns.invite}>
        <InvitePage />
      </Route>
      <Route path={routePatterns.settings}>
        <SettingsPage />
      </Route>
      <Route path={routePatterns.person}>{({ handle }) => <PersonPage key={handle} handle={handle} />}</Route>
      <Route path={routePatterns.staffPeople}>
        <StaffPeoplePage />
      </Route>
      <Route path={routePatterns.dashboard}>
        <DashboardPage />
      </Route>
      <Route path={routePatterns.newEvent}>
        <NewEventPage />
      </Route>
      <Route path={routePatterns.editEvent}>{({ slug }) => <EditorPage key={slug} slug={slug} />}</Route>
      <Route>
        <NotFound />
      </Route>
    </Switch>
  );
}

/** The page of the address on screen. */
export function Routes(): ReactNode {
  const [path] = useLocation();
  return (
    <Boundary key={path} where="this page">
      <Suspense fallback={<SkeletonPage />}>
        <Pages />
      </Suspense>
    </Boundary>
  );
}
