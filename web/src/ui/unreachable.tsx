/** The whole page when the server could not be reached at all. It recovers by itself. */
import type { Problem } from '@slipmat/contract/problems';
import { ProblemActionButton } from './problem-action.tsx';
import { Record } from './record.tsx';
import { Reference } from './reference.tsx';
import { useTitle } from './use-title.ts';

interface UnreachableProps {
  readonly problem: Problem;
  readonly onRetry: () => void;
  readonly busy: boolean;
}

export function Unreachable({ problem, onRetry, busy }: UnreachableProps) {
  useTitle('Server not reached');
  return (
    <div className="mx-auto flex max-w-xl flex-col items-center gap-6 py-10 text-center sm:py-16">
      <Record turning={false} className="w-40 sm:w-52" />
      <div role="alert" className="flex flex-col gap-2">
        <h1 className="wide-title text-3xl sm:text-4xl">The server is not answering</h1>
        <p className="text-lg">{problem.detail}</p>
        <p className="text-quiet">This page keeps trying and comes back by itself.</p>
      </div>
      <div className="flex flex-wrap items-center justify-center gap-3">
        <ProblemActionButton problem={{ ...problem, action: 'retry' }} onRetry={onRetry} busy={busy} />
        <Reference problem={problem} />
      </div>
    </div>
  );
}
