/** Which page stands behind which address. Every page is a chunk of its own. */
import type { ComponentType, ReactNode } from 'react';
import { lazyPage } from './lazy-page.tsx';
import { matchPath } from './match-path.ts';
import { paths, routePatterns } from './paths.ts';
import { Boundary } from './ui/boundary.tsx';
import { useLocation } from './ui/location.ts';

export { paths };

/** Every page but the live one, which a first visit opens, brings the styles of all pages and a cache along. */
function fullPage<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  return lazyPage(async () => {
    const [page, { withQueries }] = await Promise.all([
      load(),
      import('./with-queries.tsx'),
      import('./styles/pages.css'),
    ]);
    return withQueries(page);
  });
}

const NotFound = lazyPage<{ readonly children?: ReactNode }>(
  async () => (await import('./ui/not-found.tsx')).NotFound,
);
const HomePage = fullPage(async () => (await import('./features/events/home-page.tsx')).HomePage);
const LivePage = lazyPage(async () => {
  const [{ LivePage: Page }, { ChatPanel }] = await Promise.all([
    import('./features/live/page.tsx'),
    import('./features/chat/panel.tsx'),
  ]);
  return ({ slug }: { readonly slug: string }) => <Page slug={slug} chat={ChatPanel} missing={NotFound} />;
});
const DashboardPage = fullPage(async () => {
  const [{ DashboardPage: Page }, { ChatPanel }] = await Promise.all([
    import('./features/dashboard/page.tsx'),
    import('./features/chat/panel.tsx'),
  ]);
  return () => <Page chat={ChatPanel} />;
});
const EditorPage = fullPage(async () => (await import('./features/events/editor-page.tsx')).EditorPage);
const NewEventPage = fullPage(async () => (await import('./features/events/editor-page.tsx')).NewEventPage);
const SignInPage = fullPage(async () => (await import('./features/sessions/sign-in-page.tsx')).SignInPage);
const SettingsPage = fullPage(
  async () => (await import('./features/sessions/settings-page.tsx')).SettingsPage,
);
const SignUpPage = fullPage(async () => (await import('./features/accounts/sign-up-page.tsx')).SignUpPage);
const SetupPage = fullPage(async () => (await import('./features/accounts/setup-page.tsx')).SetupPage);
const InvitePage = fullPage(async () => (await import('./features/accounts/invite-page.tsx')).InvitePage);
const PersonPage = fullPage(async () => (await import('./features/accounts/person-page.tsx')).PersonPage);
const StaffPeoplePage = fullPage(
  async () => (await import('./features/accounts/staff-people-page.tsx')).StaffPeoplePage,
);

type Params = Readonly<Record<string, string>>;

/** What a route draws at a path; undefined when the path is not its own. */
function route(pattern: string, draw: (params: Params) => ReactNode) {
  return (path: string): ReactNode | undefined => {
    const params = matchPath(pattern, path);
    return params === undefined ? undefined : draw(params);
  };
}

const routes = [
  route(routePatterns.home, () => <HomePage />),
  route(routePatterns.live, ({ slug = '' }) => <LivePage key={slug} slug={slug} />),
  route(routePatterns.signIn, () => <SignInPage />),
  route(routePatterns.signUp, () => <SignUpPage />),
  route(routePatterns.setup, () => <SetupPage />),
  route(routePatterns.invite, () => <InvitePage />),
  route(routePatterns.settings, () => <SettingsPage />),
  route(routePatterns.person, ({ handle = '' }) => <PersonPage key={handle} handle={handle} />),
  route(routePatterns.staffPeople, () => <StaffPeoplePage />),
  route(routePatterns.dashboard, () => <DashboardPage />),
  route(routePatterns.newEvent, () => <NewEventPage />),
  route(routePatterns.editEvent, ({ slug = '' }) => <EditorPage key={slug} slug={slug} />),
];

function pageAt(path: string): ReactNode {
  for (const draw of routes) {
    const page = draw(path);
    if (page !== undefined) return page;
  }
  return <NotFound />;
}

/** The page of the address on screen. */
export function Routes(): ReactNode {
  const [path] = useLocation();
  return (
    <Boundary key={path} where="this page">
      {pageAt(path)}
    </Boundary>
  );
}
