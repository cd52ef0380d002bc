/**
 * Questions of the frame and of the live page, whose answers are kept on screen while they are asked again. The
 * other pages ask with `queries.ts`, which knows far more about caches than a first visit should have to load.
 */
import { type Clock, systemClock } from './clock.ts';
import { nextAttempt } from './next-attempt.ts';
import { type ProblemCentre, problemCentre } from './problem-centre.ts';
import { ProblemError } from './problem-error.ts';

/** An answer younger than this is not asked for again when somebody looks. Milliseconds. */
export const freshFor = 10_000;

/** What is known of an answer; what TanStack Query gives fits too. */
export interface Asked<T> {
  readonly data: T | undefined;
  readonly error: ProblemError | null;
  readonly isFetching: boolean;
  /** Milliseconds since 1970; 0 before the first answer. */
  readonly dataUpdatedAt: number;
  readonly refetch: () => Promise<unknown>;
}

export interface Question<T> {
  readonly ask: () => Promise<T>;
  /** Which part of the page it is for, in words for people. That part shows its failures. */
  readonly where: string;
}

export interface Asking<T> {
  /** The same object until something changes. */
  readonly state: () => Asked<T>;
  /** Asks as long as somebody listens: at once unless the answer is fresh, and again after what passes by itself. */
  readonly subscribe: (listener: () => void) => () => void;
  /** Asks now. An older attempt that is still under way counts for nothing. Never rejects. */
  readonly ask: () => Promise<Asked<T>>;
  /** Milliseconds between questions while they succeed; undefined: once is enough. */
  readonly repeat: (every: number | undefined) => void;
  /** Asks when the answer is missing or not fresh. */
  readonly look: () => void;
}

interface AskingParts {
  readonly clock: Clock;
  readonly report: ProblemCentre['report'];
  /** True while nobody looks at the page. */
  readonly isHidden: () => boolean;
  /** Those somebody listens to. */
  readonly heard: Set<Pick<Asking<unknown>, 'ask' | 'look'>>;
}

const heard: AskingParts['heard'] = new Set();

const ofThisPage: AskingParts = {
  clock: systemClock,
  report: problemCentre.report,
  isHidden: () => document.visibilityState === 'hidden',
  heard,
};

/** A question that nobody has asked yet. */
export function createAsking<T>({ ask, where }: Question<T>, parts: AskingParts = ofThisPage): Asking<T> {
  const { clock } = parts;
  const listeners = new Set<() => void>();
  let every: number | undefined;
  let failures = 0;
  let turn = 0;
  let latest: Promise<Asked<T>> | undefined;
  let stopTimer: () => void = () => undefined;
  let state: Asked<T> = {
    data: undefined,
    error: null,
    isFetching: false,
    dataUpdatedAt: 0,
    refetch: () => askNow(),
  };

  function set(change: Partial<Asked<T>>): void {
    state = { ...state, ...change };
    for (const listener of listeners) listener();
  }

  function schedule(): void {
    stopTimer();
    if (listeners.size === 0 || state.isFetching) return;
    const wait = state.error === null ? (every ?? false) : nextAttempt(state.error, failures);
    if (wait === false) return;
    stopTimer = clock.after(wait, () => {
      // Whoever looks again is told by `look`.
      if (!parts.isHidden()) run();
      else schedule();
    });
  }

  async function attempt(mine: number): Promise<Asked<T>> {
    try {
      const data = await ask();
      if (mine !== turn) return latest ?? state;
      failures = 0;
      set({ data, error: null, isFetching: false, dataUpdatedAt: clock.now() });
    } catch (failure) {
      if (mine !== turn) return latest ?? state;
      const problem = parts.report(failure, where, { shown: true });
      failures += 1;
      const error = failure instanceof ProblemError ? failure : new ProblemError(problem, { cause: failure });
      set({ error, isFetching: false });
    }
    schedule();
    return state;
  }

  function askNow(): Promise<Asked<T>> {
    turn += 1;
    stopTimer();
    set({ isFetching: true });
    latest = attempt(turn);
    return latest;
  }

  function run(): void {
    askNow().catch((failure: unknown) => parts.report(failure, where));
  }

  function look(): void {
    const isFresh = state.error === null && clock.now() - state.dataUpdatedAt < freshFor;
    if (!state.isFetching && !isFresh) run();
  }

  const own = { ask: askNow, look };
  return {
    ...own,
    state: () => state,
    subscribe(listener) {
      listeners.add(listener);
      parts.heard.add(own);
      if (listeners.size === 1) {
        look();
        schedule();
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        parts.heard.delete(own);
        stopTimer();
      };
    },
    repeat(next) {
      if (every === next) return;
      every = next;
      schedule();
    },
  };
}

/** Another place that keeps answers. */
interface Keeper {
  /** Lets go of what is not on screen. */
  readonly forget: () => void;
  readonly askAgain: () => Promise<unknown>;
}

const keepers = new Set<Keeper>();

/** Lets another place that keeps answers know when somebody else is asking. */
export function alsoAsk(keeper: Keeper): void {
  keepers.add(keeper);
}

/** Lets go of every answer that is not on screen. */
export function forgetAnswers(): void {
  for (const keeper of keepers) keeper.forget();
}

/** Asks everything on screen again, because who is asking has changed. */
export async function askAllAgain(): Promise<void> {
  await Promise.all([
    ...[...heard].map((asking) => asking.ask()),
    ...[...keepers].map((keeper) => keeper.askAgain()),
  ]);
}

/** Somebody looks at the page again, or the network is back: asks what is not fresh. */
export function lookAgain(): void {
  for (const asking of heard) asking.look();
}
