/**
 * Compares, without being asked to, what all parts of the site say of this browser: when a page has settled, when
 * somebody signed in, and when a page comes back. What it finds is counted by the server; what is wrong is told.
 */
import { type Finding, sessionsEndpoints } from '@slipmat/contract/sessions';
import { call } from '../../api/client.ts';
import { type Clock, systemClock } from '../../api/clock.ts';
import { askingMe } from '../../api/me.ts';
import { problemCentre } from '../../api/problem-centre.ts';
import { clientProblem } from '../../api/problem-error.ts';
import { run } from '../../api/run.ts';
import { silence } from '../../api/silence.ts';
import { realtime } from '../../api/socket.ts';
import { paths } from '../../paths.ts';
import { compare, type Outcome, type Verdict } from './agreement.ts';
import { askEverything, type Everything, namesOf } from './services.ts';

export const checkLimits = {
  /** One tab asks no more often than this, but after signing in. Milliseconds. */
  every: 10 * 60_000,
  /** A disagreement is only told when it is still there after this long: somebody may just be signing in. Milliseconds. */
  again: 2_000,
  /** After signing in, so that the page asks what it needs first. Milliseconds. */
  afterSignIn: 3_000,
} as const;

export interface CheckParts {
  readonly ask: () => Promise<Everything>;
  readonly clock: Clock;
  /** When this tab last asked, in milliseconds since 1970. */
  readonly lastAt: () => number | undefined;
  readonly keepAt: (at: number) => void;
  readonly report: (finding: Finding) => Promise<unknown>;
  readonly tell: (outcome: Outcome) => void;
}

const findings: Readonly<Record<Verdict, Finding | undefined>> = {
  agreed: 'agreed',
  split: 'split',
  conflict: 'conflict',
  partial: 'service-silent',
  // Whoever reaches nothing cannot report it, and the page says so anyway.
  unknown: undefined,
};

function isWrong({ verdict }: Outcome): boolean {
  return verdict === 'split' || verdict === 'conflict';
}

/**
 * Asks, reports, and tells what is wrong.
 * @param isForced true: also when the tab asked a moment ago.
 * @returns what came of it; undefined when it was not time.
 */
export async function checkSilently(parts: CheckParts, isForced: boolean): Promise<Verdict | undefined> {
  const { clock, lastAt, keepAt } = parts;
  const last = lastAt();
  if (!isForced && last !== undefined && clock.now() - last < checkLimits.every) return undefined;
  keepAt(clock.now());
  const look = async (): Promise<Outcome> => {
    const everything = await parts.ask();
    return compare(everything.asked, namesOf(everything));
  };
  let outcome = await look();
  if (isWrong(outcome)) {
    await new Promise<void>((resolve) => clock.after(checkLimits.again, resolve));
    outcome = await look();
  }
  parts.tell(outcome);
  const finding = findings[outcome.verdict];
  if (finding !== undefined) await parts.report(finding);
  return outcome.verdict;
}

const storageKey = 'slipmat-sign-in-checked';
const withoutStorage = 'without it the check is done once for every loaded page';

/** Undefined where the browser keeps nothing for this site, not even cookies. */
function tabStorage(): Storage | undefined {
  try {
    return sessionStorage;
  } catch (failure) {
    silence(failure, withoutStorage);
    return undefined;
  }
}

function storedAt(): number | undefined {
  const stored = tabStorage()?.getItem(storageKey) ?? null;
  return stored === null ? undefined : Number(stored);
}

function storeAt(at: number): void {
  try {
    tabStorage()?.setItem(storageKey, String(at));
  } catch (failure) {
    silence(failure, withoutStorage);
  }
}

/** These two pages show the same themselves. */
function isShown(): boolean {
  return [paths.signedIn(), paths.conflict()].some((path) => path === location.pathname);
}

const pageParts: CheckParts = {
  ask: () => askEverything({ connection: { session: realtime.session() } }),
  clock: systemClock,
  lastAt: storedAt,
  keepAt: storeAt,
  async report(finding) {
    try {
      await call(sessionsEndpoints.report, { body: { finding } });
    } catch (failure) {
      silence(failure, 'it is only counted, and whatever is wrong was told to the person');
    }
  },
  tell({ verdict, sentence }) {
    if (verdict === 'agreed') problemCentre.clear('session-split', 'session-conflict');
    const options = { shown: isShown() };
    if (verdict === 'conflict')
      problemCentre.report(clientProblem('session-conflict', Math.random), 'your sign-in', options);
    if (verdict !== 'split') return;
    const detail = `${sentence} Nothing is lost; the check page shows it and mends it.`;
    problemCentre.report(clientProblem('session-split', Math.random, { detail }), 'your sign-in', options);
  },
};

function check(isForced: boolean): void {
  run(() => checkSilently(pageParts, isForced), 'your sign-in');
}

/** When the browser has nothing better to do; Safari does not say when that is. */
function whenIdle(then: () => void): void {
  if ('requestIdleCallback' in window) requestIdleCallback(then, { timeout: 10_000 });
  else then();
}

/** Null: nobody is signed in. Undefined: not known yet. */
function accountId(): string | null | undefined {
  const { data } = askingMe.state();
  return data === undefined ? undefined : (data.account?.id ?? null);
}

/** Begins: once now, and from here on whenever there is reason to. */
export function watchSignIn(): void {
  whenIdle(() => check(false));
  let known = accountId();
  askingMe.subscribe(() => {
    const before = known;
    known = accountId();
    const signedIn = before !== undefined && known !== before && typeof known === 'string';
    if (signedIn) systemClock.after(checkLimits.afterSignIn, () => check(true));
  });
  addEventListener('online', () => check(false));
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) check(false);
  });
}
