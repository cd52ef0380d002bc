/**
 * The one place that receives every failure of the page: queries, mutations, the socket, uncaught errors and
 * rejections, content-security violations, React boundaries. What no region of the page shows, floats.
 */
import type { Problem, ProblemCode } from '@slipmat/contract/problems';
import { type Clock, type Random, systemClock } from './clock.ts';
import { clientProblem, ProblemError, problemFrom } from './problem-error.ts';
import { silence } from './silence.ts';

/** Failures kept; a page with more is broken in one way, not in fifty. */
const keptNotices = 50;
/** The same failure again within this time is counted, not listed again. Milliseconds. */
const sameWithin = 60_000;

export interface Notice {
  readonly id: number;
  readonly problem: Problem;
  /** Which part of the page it happened in, in words for people. */
  readonly where: string;
  /** True when no region shows it, so that it must float. */
  readonly floating: boolean;
  /** How often it happened. */
  readonly times: number;
  readonly at: number;
  /** What was last thrown. */
  readonly failure: unknown;
  /** True when its cause is over; what it kept from being done stays undone. */
  readonly passed: boolean;
}

export interface ReportOptions {
  /** True when the part of the page it happened in shows it itself. */
  readonly shown?: boolean;
}

export interface ProblemCentre {
  /** Takes a failure; gives its problem, which has a reference. */
  report(failure: unknown, where: string, options?: ReportOptions): Problem;
  /** The failures, newest last. The same array until something changes. */
  list(): readonly Notice[];
  /** Calls the listener after every change; gives back what stops it. */
  subscribe(listener: () => void): () => void;
  dismiss(id: number): void;
  /** Takes back failures of this kind, because they are of no concern any more. */
  clear(...codes: readonly ProblemCode[]): void;
  /**
   * The cause of failures of this kind is over. A region asks again by itself; what floats was an act that nobody
   * does again, so it stays until the person puts it away.
   */
  passed(...codes: readonly ProblemCode[]): void;
}

interface CentreParts {
  readonly clock: Clock;
  readonly random: Random;
  /** Where failures are written for developers. */
  readonly log?: (message: string, failure: unknown) => void;
}

function isProblem(failure: unknown): failure is Problem {
  return (
    typeof failure === 'object' &&
    failure !== null &&
    !(failure instanceof Error) &&
    'code' in failure &&
    'reference' in failure &&
    'detail' in failure
  );
}

/** Makes an empty centre. */
export function createProblemCentre({ clock, random, log }: CentreParts): ProblemCentre {
  let notices: readonly Notice[] = [];
  let nextId = 1;
  const listeners = new Set<() => void>();

  function change(next: readonly Notice[]): void {
    notices = next;
    for (const listener of listeners) listener();
  }

  function add(problem: Problem, where: string, floating: boolean, failure: unknown): void {
    const at = clock.now();
    const same = notices.find(
      (notice) =>
        notice.problem.code === problem.code &&
        notice.problem.detail === problem.detail &&
        notice.where === where &&
        at - notice.at < sameWithin,
    );
    if (same === undefined) {
      const fresh = { id: nextId, problem, where, floating, times: 1, at, failure, passed: false };
      nextId += 1;
      change([...notices, fresh].slice(-keptNotices));
      return;
    }
    const again = {
      ...same,
      problem,
      floating: same.floating || floating,
      times: same.times + 1,
      at,
      failure,
      passed: false,
    };
    change(notices.map((notice) => (notice === same ? again : notice)));
  }

  return {
    report(failure, where, options = {}) {
      const problem = isProblem(failure) ? failure : problemFrom(failure, random);
      log?.(`${where}: ${problem.code} ${problem.reference}`, failure);
      add(problem, where, options.shown !== true, failure);
      return problem;
    },
    list: () => notices,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dismiss: (id) => change(notices.filter((notice) => notice.id !== id)),
    clear(...codes) {
      const left = notices.filter((notice) => !codes.some((code) => code === notice.problem.code));
      if (left.length !== notices.length) change(left);
    },
    passed(...codes) {
      const isOver = ({ problem, passed }: Notice): boolean => !passed && codes.includes(problem.code);
      if (!notices.some(isOver)) return;
      const left = notices.filter((notice) => notice.floating || !isOver(notice));
      change(left.map((notice) => (isOver(notice) ? { ...notice, passed: true } : notice)));
    },
  };
}

/** The page's centre. */
export const problemCentre = createProblemCentre({
  clock: systemClock,
  random: Math.random,
  log: (message, failure) => console.error(message, failure),
});

/** What the window can tell of; a part of `Window`, so that tests can hand in an `EventTarget`. */
type FailureSource = Pick<EventTarget, 'addEventListener'>;

/**
 * Sends uncaught errors, unhandled rejections and content-security violations to the centre.
 * @param page the window; violations of the document bubble up to it.
 */
export function receiveFrom(page: FailureSource, centre: ProblemCentre, random: Random): void {
  page.addEventListener('error', (event) => {
    if (!('error' in event)) return;
    if ('message' in event && String(event.message).startsWith('ResizeObserver loop')) {
      silence(
        event,
        'the browser put a measurement off to the next frame, which changes nothing on the page',
      );
      return;
    }
    centre.report(event.error, 'this page');
  });
  page.addEventListener('unhandledrejection', (event) => {
    if ('reason' in event) centre.report(event.reason, 'this page');
  });
  page.addEventListener('securitypolicyviolation', (event) => {
    const blocked = 'blockedURI' in event ? String(event.blockedURI) : 'something';
    const detail = `The security rules of this page blocked ${blocked}. An extension of your browser may have added it.`;
    const problem = clientProblem('page-broke', random, { detail });
    centre.report(new ProblemError(problem, { cause: event }), 'this page');
  });
}
