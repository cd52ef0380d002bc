/** Which page stands behind which address. Every page is a chunk of its own. */
import type { ReactNode } from 'react';
import { Route, Switch, useLocation } from 'wouter';
import { lazyPage } from './lazy-page.tsx';
import { paths, routePatterns } from './paths.ts';
import { Boundary } from './ui/boundary.tsx';
import { NotFound } from './ui/not-found.tsx';

export { paths };

const HomePage = lazyPage(async () => (await import('./features/events/home-page.tsx')).HomePage);
const LivePage = lazyPage(async () => (await import('./features/live/page.tsx')).LivePage);
const DashboardPage = lazyPage(async () => (await import('./features/dashboard/page.tsx')).DashboardPage);
const EditorPage = lazyPage(async () => (await import('./features/events/editor-page.tsx')).EditorPage);
const NewEventPage = lazyPage(async () => (await import('./features/events/editor-page.tsx')).NewEventPage);
const SignInPage = lazyPage(async () => (await import('./features/sessions/sign-in-page.tsx')).SignInPage);
const SettingsPage = lazyPage(
  async () => (await import('./features/sessions/settings-page.tsx')).SettingsPage,
);
const SignUpPage = lazyPage(async () => (await import('./features/accounts/sign-up-page.tsx')).SignUpPage);
const SetupPage = lazyPage(async () => (await import('./features/accounts/setup-page.tsx')).SetupPage);
const InvitePage = lazyPage(async () => (await import('./features/accounts/invite-page.tsx')).InvitePage);
const PersonPage = lazyPage(async () => (await import('./features/accounts/person-page.tsx')).PersonPage);
const StaffPeoplePage = lazyPage(
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
      <Pages />
    </Boundary>
  );
}
