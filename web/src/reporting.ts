/** Reports of this page for staff, put together: the problem centre, the live connection, the browser's beacon. */
import { faultsEndpoints } from '@slipmat/contract/faults';
import { systemClock } from './api/clock.ts';
import { problemCentre } from './api/problem-centre.ts';
import { clientReference } from './api/problem-error.ts';
import { createReporter, type Reporter } from './api/reporter.ts';
import { silence } from './api/silence.ts';
import { realtime } from './api/socket.ts';
import { matchPath } from './match-path.ts';
import { routePatterns } from './paths.ts';
import { rarePatterns, staffPatterns } from './staff-paths.ts';

/** The route of an address, never the address: handles and events are part of it. */
export function placeOf(path: string): string {
  return (
    [...Object.values(routePatterns), ...Object.values(staffPatterns), ...Object.values(rarePatterns)].find(
      (pattern) => matchPath(pattern, path) !== undefined,
    ) ?? '/elsewhere'
  );
}

/** The entry's name changes with whatever it loads, so that its hash names the build. */
function buildOfPage(): string {
  const entry = document.querySelector<HTMLScriptElement>('script[type="module"][src*="/assets/index-"]');
  return /index-([\w-]{1,40})\.js/.exec(entry?.src ?? '')?.[1] ?? 'development';
}

function ownStorage(): Storage | undefined {
  try {
    return localStorage;
  } catch (failure) {
    silence(failure, 'without it, what breaks while there is no connection is not reported');
    return undefined;
  }
}

/** Ends that are as they should be, or are told otherwise. */
const orderly: readonly string[] = ['sessionEnded', 'sessionConflict', 'shuttingDown'];

/** Ends of the live connection that nobody meant, and that are no missing network. */
function watchSocket(reporter: Reporter, context: () => { place: string; build: string }): void {
  let told: string | undefined;
  realtime.onStatus(() => {
    const { state, reason } = realtime.status();
    if (state === 'open') told = undefined;
    const ended = state === 'waiting' || state === 'stopped';
    if (!ended || reason === undefined || reason === told || navigator.onLine === false) return;
    told = reason;
    if (orderly.includes(reason)) return;
    reporter.add({
      ...context(),
      reference: clientReference(Math.random),
      code: 'network-unreachable',
      name: 'SocketClosed',
      message: `the live connection ended: ${reason}`,
      frames: [],
      where: 'the live connection',
      at: systemClock.now(),
      times: 1,
    });
  });
}

export function startReporting(): void {
  const build = buildOfPage();
  const context = () => ({ origin: location.origin, place: placeOf(location.pathname), build });
  const reporter = createReporter({
    centre: problemCentre,
    clock: systemClock,
    storage: ownStorage(),
    isOnline: () => navigator.onLine !== false,
    context,
    send: (body) =>
      navigator.sendBeacon(faultsEndpoints.report.path, new Blob([body], { type: 'application/json' })),
  });
  watchSocket(reporter, () => ({ place: placeOf(location.pathname), build }));
  addEventListener('online', reporter.online);
  addEventListener('pagehide', reporter.leave);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') reporter.leave();
  });
}
