/** The addresses of pages for staff, which a first visit of the live page need not know. */

export const staffPaths = {
  faults: () => '/staff/faults',
  fault: (id: string) => `/staff/faults/${encodeURIComponent(id)}`,
} as const;

/** The routes of all pages below `/staff/`, as `match-path.ts` reads them; the first that fits is taken. */
export const staffPatterns = {
  staffPeople: '/staff/people',
  rollOuts: '/staff/roll-outs',
  faults: '/staff/faults',
  fault: '/staff/faults/:slug',
} as const satisfies Record<keyof typeof staffPaths | 'staffPeople' | 'rollOuts', string>;
