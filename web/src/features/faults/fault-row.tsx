/** A fault in a list. */
import type { FaultSummary } from '@slipmat/contract/faults';
import { staffPaths } from '../../staff-paths.ts';
import { Badge } from '../../ui/badge.tsx';
import { Link } from '../../ui/link.tsx';
import { Time } from '../../ui/time.tsx';
import { SmallHours } from './hours-chart.tsx';
import { hitWords, kindWords, stateWords, titleOf } from './words.ts';

export function FaultRow({ fault }: { readonly fault: FaultSummary }) {
  const { word, tone } = stateWords[fault.state];
  return (
    <li className="flex flex-wrap items-center gap-x-5 gap-y-3 py-4">
      <div className="min-w-0 flex-1 basis-64">
        <p className="flex flex-wrap items-center gap-2">
          <Badge tone={tone}>{word}</Badge>
          <span className="text-sm text-quiet">{kindWords[fault.kind].word}</span>
        </p>
        <p className="mt-1.5 font-medium wrap-anywhere">
          <Link to={staffPaths.fault(fault.id)}>{titleOf(fault)}</Link>
        </p>
        <p className="mt-0.5 font-mono text-sm wrap-anywhere text-quiet">{fault.place}</p>
      </div>
      <div className="flex flex-1 basis-72 items-center justify-between gap-4 sm:max-w-96">
        <p className="text-sm text-quiet">
          {hitWords(fault)}
          <br />
          last <Time at={fault.lastAt} as="relative" />
        </p>
        <SmallHours counts={fault.hours} />
      </div>
    </li>
  );
}
