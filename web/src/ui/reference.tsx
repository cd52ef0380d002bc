/** What staff look a problem up by. */
import type { Problem } from '@slipmat/contract/problems';
import { CopyButton } from './copy-button.tsx';

export function Reference({ problem }: { readonly problem: Problem }) {
  const value = problem.reference;
  return (
    <span className="inline-flex flex-wrap items-center gap-2 text-sm text-quiet">
      <span>
        Reference <code className="font-mono text-ink">{value}</code>
        {incidentOf(problem)}
      </span>
      <CopyButton text={value} label={`Copy the reference ${value}`} />
    </span>
  );
}

/** Which incident it is part of, while one is open. */
export function incidentOf({ incident }: Pick<Problem, 'incident'>): string {
  return incident === undefined ? '' : ` · INC-${String(incident)}`;
}
