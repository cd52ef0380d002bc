/** A page whose code is loaded when it is first opened. */
import type { ComponentType, ReactNode } from 'react';
import { isUnreached } from './api/problem-error.ts';
import { ProblemNotice } from './ui/problem-notice.tsx';
import { SkeletonPage } from './ui/skeleton.tsx';
import { Unreachable } from './ui/unreachable.tsx';
import { type Loading, useLoaded } from './ui/use-loaded.ts';

/** @param load imports the page; asked again, with growing waits, while the server is not reached. */
export function lazyPage<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  const loading: Loading<ComponentType<Props>> = { load, where: 'this page' };

  return function LazyPage(props: Props): ReactNode {
    const { value: Page, problem, retry } = useLoaded(loading);
    if (Page !== undefined) return <Page {...props} />;
    if (problem === undefined) return <SkeletonPage />;
    if (isUnreached(problem)) return <Unreachable problem={problem} onRetry={retry} busy={false} />;
    return <ProblemNotice problem={problem} onRetry={retry} />;
  };
}
