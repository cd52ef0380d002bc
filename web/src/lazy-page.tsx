/** A page whose code is loaded when it is first opened. */

import type { Problem } from '@slipmat/contract/problems';
import { sessionsEndpoints } from '@slipmat/contract/sessions';
import { type ComponentType, type ReactNode, useEffect, useState } from 'react';
import { backOff } from './api/back-off.ts';
import { call } from './api/client.ts';
import { problemCentre } from './api/problem-centre.ts';
import { clientProblem, isUnreached, ProblemError } from './api/problem-error.ts';
import { run } from './api/run.ts';
import { ProblemNotice } from './ui/problem-notice.tsx';
import { SkeletonPage } from './ui/skeleton.tsx';
import { Unreachable } from './ui/unreachable.tsx';

const renewed =
  'This page could not be loaded, because this site has been renewed. Reloading brings the new one.';

/**
 * Why a page's code did not come. Browsers do not say, so the server is asked: when it answers, the code is gone
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

type Loaded<Props> = { readonly page: ComponentType<Props> } | { readonly problem: Problem };

/** @param load imports the page; asked again, with growing waits, while the server is not reached. */
export function lazyPage<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  let known: Loaded<Props> | undefined;

  return function LazyPage(props: Props): ReactNode {
    const [loaded, setLoaded] = useState(known);
    const [attempt, setAttempt] = useState(0);
    const page = loaded !== undefined && 'page' in loaded ? loaded.page : undefined;

    useEffect(() => {
      if (page !== undefined) return undefined;
      let left = false;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const fetchPage = async (): Promise<void> => {
        try {
          known = { page: await load() };
          if (!left) setLoaded(known);
        } catch (cause) {
          const reason = await reasonFor(cause);
          if (left) return;
          setLoaded({ problem: problemCentre.report(reason, 'this page', { shown: true }) });
          if (isUnreached(reason.problem)) {
            timer = setTimeout(() => setAttempt((before) => before + 1), backOff(attempt + 1, Math.random));
          }
        }
      };
      run(fetchPage, 'this page');
      return () => {
        left = true;
        clearTimeout(timer);
      };
    }, [attempt, page]);

    if (page !== undefined) {
      const Page = page;
      return <Page {...props} />;
    }
    if (loaded === undefined || !('problem' in loaded)) return <SkeletonPage />;
    const again = (): void => setAttempt(attempt + 1);
    if (isUnreached(loaded.problem))
      return <Unreachable problem={loaded.problem} onRetry={again} busy={false} />;
    return <ProblemNotice problem={loaded.problem} onRetry={again} />;
  };
}
