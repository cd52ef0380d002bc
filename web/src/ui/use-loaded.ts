/** Code that is loaded when it is first needed. */
import type { Problem } from '@slipmat/contract/problems';
import { sessionsEndpoints } from '@slipmat/contract/sessions';
import { useEffect, useState } from 'react';
import { backOff } from '../api/back-off.ts';
import { call } from '../api/client.ts';
import { problemCentre } from '../api/problem-centre.ts';
import { clientProblem, isUnreached, ProblemError } from '../api/problem-error.ts';
import { run } from '../api/run.ts';

const renewed =
  'This page could not be loaded, because this site has been renewed. Reloading brings the new one.';

/**
 * Why the code did not come. Browsers do not say, so the server is asked: when it answers, the code is gone
 * because a newer one took its place.
 */
async function reasonFor(cause: unknown): Promise<ProblemError> {
  try {
    await call(sessionsEndpoints.me);
    return new ProblemError(clientProblem('page-broke', Math.random, { detail: renewed }), { cause });
  } catch (failure) {
    if (failure instanceof ProblemError) return failure;
    throw failure;
  }
}

/** Something to load, and what came of it so far. Make it once, outside of components. */
export interface Loading<T> {
  readonly load: () => Promise<T>;
  /** Which part of the page it is, in words for people. */
  readonly where: string;
  /** True: nobody shows that it did not come, so that floats. */
  readonly floats?: boolean;
  known?: T;
}

interface Loaded<T> {
  readonly value: T | undefined;
  readonly problem: Problem | undefined;
  readonly retry: () => void;
}

/** Loads it; asked again, with growing waits, while the server is not reached. */
export function useLoaded<T>(loading: Loading<T>): Loaded<T> {
  const [problem, setProblem] = useState<Problem>();
  const [value, setValue] = useState(() => loading.known);
  const [attempt, setAttempt] = useState(0);
  const isThere = value !== undefined;
  useEffect(() => {
    if (isThere) return undefined;
    let left = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const fetchIt = async (): Promise<void> => {
      try {
        const loaded = await loading.load();
        loading.known = loaded;
        if (!left) setValue(() => loaded);
      } catch (cause) {
        const reason = await reasonFor(cause);
        if (left) return;
        setProblem(problemCentre.report(reason, loading.where, { shown: loading.floats !== true }));
        if (isUnreached(reason.problem)) {
          timer = setTimeout(() => setAttempt((before) => before + 1), backOff(attempt + 1, Math.random));
        }
      }
    };
    run(fetchIt, loading.where);
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [attempt, isThere, loading]);
  return { value, problem, retry: () => setAttempt(attempt + 1) };
}
