/** How many events a minute are kept with their reference; beyond it they are only counted. */

/** Faults: enough for everybody at an evening to have one, and about 0.5 MB a minute. */
const faultsPerMinute = 600;
/** Plain refusals: the last to be kept, since nothing broke. */
const refusalsPerMinute = 300;
/** What pages report, with each reference that they name; anybody may. */
const reportsPerMinute = 300;

const limits = { fault: faultsPerMinute, refusal: refusalsPerMinute, report: reportsPerMinute } as const;

export function createBudget() {
  let minute = 0;
  let used = { fault: 0, refusal: 0, report: 0 };
  return {
    /** True while there is room for one more in this minute; takes it. */
    take(kind: keyof typeof limits, now: number): boolean {
      const current = Math.floor(now / 60_000);
      if (current !== minute) used = { fault: 0, refusal: 0, report: 0 };
      minute = current;
      used[kind] += 1;
      return used[kind] <= limits[kind];
    },
  };
}
