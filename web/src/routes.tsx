/** Which page stands behind which address. Every page is a chunk of its own. */
import type { ComponentType, ReactNode } from 'react';
import { lazyPage } from './lazy-page.tsx';
import { matchPath } from './match-path.ts';
import { paths, routePatterns } from './paths.ts';
import { Boundary } from './ui/boundary.tsx';
import { useLocation } from './ui/location.ts';

export { paths };

/** What any address may say; a page takes what it needs of it. */
type Params = Readonly<Record<'slug' | 'handle', string>>;
type Page = ComponentType<Params>;

/** Every page but the live one, which a first visit opens, brings the styles of all pages and a cache along. */
function fullPage<Name extends string>(load: () => Promise<Readonly<Record<Name, Page>>>, name: Name): Page {
  return lazyPage(async () => {
    const [pages, { withQueries }] = await Promise.all([
      load(),
      import('./with-queries.tsx'),
      import('./styles/pages.css'),
    ]);
    return withQueries(pages[name]);
  });
}

const NotFound = lazyPage<{ readonly children?: ReactNode }>(
  async () => (await import('./ui/not-found.tsx')).NotFound,
);
const LivePage = lazyPage(async () => {
  const [{ LivePage: Live }, { ChatPanel }] = await Promise.all([
    import('./features/live/page.tsx'),
    import('./features/chat/panel.tsx'),
  ]);
  return ({ slug }: Params) => <Live slug={slug} chat={ChatPanel} missing={NotFound} />;
});
const DashboardPage = fullPage(async () => {
  const [{ DashboardPage: Dashboard }, { ChatPanel }, { EmailPanel }] = await Promise.all([
    import('./features/dashboard/page.tsx'),
    import('./features/chat/panel.tsx'),
    import('./features/mail/email-panel.tsx'),
  ]);
  return { Dashboard: () => <Dashboard chat={ChatPanel} email={EmailPanel} /> };
}, 'Dashboard');

const OtherPages = fullPage(() => import('./other-routes.tsx'), 'OtherPages');

/** The first that fits is taken. */
const routes: readonly (readonly [pattern: string, page: Page])[] = [
  [routePatterns.live, LivePage],
  [routePatterns.home, fullPage(() => import('./features/events/home-page.tsx'), 'HomePage')],
  [routePatterns.signIn, fullPage(() => import('./features/sessions/sign-in-page.tsx'), 'SignInPage')],
  [routePatterns.signUp, fullPage(() => import('./features/accounts/sign-up-page.tsx'), 'SignUpPage')],
  [routePatterns.settings, fullPage(() => import('./settings.tsx'), 'Settings')],
  [routePatterns.person, fullPage(() => import('./features/accounts/person-page.tsx'), 'PersonPage')],
  [routePatterns.newEvent, fullPage(() => import('./features/events/editor-page.tsx'), 'NewEventPage')],
  [routePatterns.editEvent, fullPage(() => import('./features/events/editor-page.tsx'), 'EditorPage')],
  [routePatterns.dashboard, DashboardPage],
];

function pageAt(path: string): ReactNode {
  for (const [pattern, Found] of routes) {
    const params = matchPath(pattern, path);
    if (params === undefined) continue;
    const { slug = '', handle = '' } = params;
    return <Found key={slug + handle} slug={slug} handle={handle} />;
  }
  return <OtherPages slug="" handle="" />;
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
