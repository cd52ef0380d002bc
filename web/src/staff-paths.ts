/** The addresses of pages for staff, and the routes of all that a first visit of the live page need not know. */

export const staffPaths = {
  faults: () => '/staff/faults',
  outbox: () => '/staff/outbox',
  fault: (id: string) => `/staff/faults/${encodeURIComponent(id)}`,
  incidents: () => '/staff/incidents',
  newIncident: () => '/staff/incidents/new',
  incident: (number: number | string) => `/staff/incidents/${String(number)}`,
} as const;

/** The routes of all pages below `/staff/`, as `match-path.ts` reads them; the first that fits is taken. */
export const staffPatterns = {
  staffPeople: '/staff/people',
  rollOuts: '/staff/roll-outs',
  faults: '/staff/faults',
  fault: '/staff/faults/:slug',
  outbox: '/staff/outbox',
  incidents: '/staff/incidents',
  newIncident: '/staff/incidents/new',
  incident: '/staff/incidents/:slug',
} as const satisfies Record<keyof typeof staffPaths | 'staffPeople' | 'rollOuts', string>;

/** The routes of pages that are opened once in a while, from a link or the bell; the first that fits is taken. */
export const rarePatterns = {
  setup: '/setup',
  invite: '/invite',
  verifyEmail: '/verify-email',
  signedIn: '/signed-in',
  conflict: '/conflict',
  notifications: '/notifications',
  compose: '/sent/new',
  sent: '/sent',
  sentOne: '/sent/:slug',
} as const;
