/** Which page stands behind which address. Every page is a chunk of its own. */
import type { ComponentType, ReactNode } from 'react';
import { Route, Switch, useLocation } from 'wouter';
import { lazyPage } from './lazy-page.tsx';
import { paths, routePatterns } from './paths.ts';
import { Boundary } from './ui/boundary.tsx';
import { NotFound } from './ui/not-found.tsx';

export { paths };

/** Every page but the live one, whose styles are those of the frame, brings the styles of all pages along. */
function styledPage<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  return lazyPage(async () => {
    const [page] = await Promise.all([load(), import('./styles/pages.css')]);
    return page;
  });
}

const HomePage = styledPage(async () => (await import('./features/events/home-page.tsx')).HomePage);
const LivePage = lazyPage(async () => {
  const [{ LivePage: Page }, { ChatPanel }] = await Promise.all([
    import('./features/live/page.tsx'),
    import('./features/chat/panel.tsx'),
  ]);
  return ({ slug }: { readonly slug: string }) => <Page slug={slug} chat={ChatPanel} />;
});
const DashboardPage = styledPage(async () => {
  const [{ DashboardPage: Page }, { ChatPanel }] = await Promise.all([
    import('./features/dashboard/page.tsx'),
    import('./features/chat/panel.tsx'),
  ]);
  return () => <Page chat={ChatPanel} />;
});
const EditorPage = styledPage(async () => (await import('./features/events/editor-page.tsx')).EditorPage);
const NewEventPage = styledPage(async () => (await import('./features/events/editor-page.tsx')).NewEventPage);
const SignInPage = styledPage(async () => (await import('./features/sessions/sign-in-page.tsx')).SignInPage);
const SettingsPage = styledPage(
  async () => (await import('./features/sessions/settings-page.tsx')).SettingsPage,
);
const SignUpPage = styledPage(async () => (await import('./features/accounts/sign-up-page.tsx')).SignUpPage);
const SetupPage = styledPage(async () => (await import('./features/accounts/setup-page.tsx')).SetupPage);
const InvitePage = styledPage(async () => (await import('./features/accounts/invite-page.tsx')).InvitePage);
const PersonPage = styledPage(async () => (await import('./features/accounts/person-page.tsx')).PersonPage);
const StaffPeoplePage = styledPage(
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
