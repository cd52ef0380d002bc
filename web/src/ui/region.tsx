/** Draws what was asked of the server in each of its states: on its way, failed, there, not up to date. */
import type { ReactNode } from 'react';
import type { Asked } from '../api/asking.ts';
import { isUnreached } from '../api/problem-error.ts';
import { run } from '../api/run.ts';
import { ProblemNotice, StaleNotice } from './problem-notice.tsx';
import { SkeletonRows } from './skeleton.tsx';
import { Unreachable } from './unreachable.tsx';

interface RegionProps<T> {
  readonly of: Asked<T>;
  readonly children: (data: T) => ReactNode;
  /** While it is on its way; some rows of a list unless said. */
  readonly loading?: ReactNode;
  /** True when it is most of the page, which then says that the server is not reached. */
  readonly whole?: boolean;
}

export function Region<T>({ of, children, loading = <SkeletonRows />, whole = false }: RegionProps<T>) {
  const retry = (): void => run(() => of.refetch(), 'this page');
  const problem = of.error?.problem;
  if (of.data === undefined) {
    if (problem === undefined) return loading;
    if (whole && isUnreached(problem))
      return <Unreachable problem={problem} onRetry={retry} busy={of.isFetching} />;
    return <ProblemNotice problem={problem} onRetry={retry} busy={of.isFetching} />;
  }
  return (
    <>
      {problem !== undefined && (
        <StaleNotice problem={problem} onRetry={retry} busy={of.isFetching} className="mb-4" />
      )}
      {children(of.data)}
    </>
  );
}
