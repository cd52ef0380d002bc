/** The addresses of the site's pages. */

export const paths = {
  home: () => '/',
  live: (slug: string) => `/e/${encodeURIComponent(slug)}`,
  signIn: () => '/sign-in',
  signUp: () => '/sign-up',
  setup: () => '/setup',
  invite: () => '/invite',
  settings: () => '/settings',
  person: (handle: string) => `/people/${encodeURIComponent(handle)}`,
  signedIn: () => '/signed-in',
  conflict: () => '/conflict',
  staffPeople: () => '/staff/people',
  rollOuts: () => '/staff/roll-outs',
  notifications: () => '/notifications',
  sent: () => '/sent',
  sentOne: (id: string) => `/sent/${encodeURIComponent(id)}`,
  compose: () => '/sent/new',
  dashboard: () => '/dj',
  newEvent: () => '/dj/events/new',
  editEvent: (slug: string) => `/dj/events/${encodeURIComponent(slug)}`,
} as const;

/** The routes behind them, as `match-path.ts` reads them; the first that fits is taken. The others: `staff-paths.ts`. */
export const routePatterns = {
  home: '/',
  live: '/e/:slug',
  signIn: '/sign-in',
  signUp: '/sign-up',
  settings: '/settings',
  person: '/people/:handle',
  dashboard: '/dj',
  newEvent: '/dj/events/new',
  editEvent: '/dj/events/:slug',
} as const satisfies Partial<Record<keyof typeof paths, string>>;
