/** Failures that no region of the page shows, floating over it until dismissed or passed; on a phone above the place to write. */
import { useSyncExternalStore } from 'react';
import { type Notice, problemCentre } from '../api/problem-centre.ts';
import { CopyButton } from './copy-button.tsx';
import { ProblemActionButton } from './problem-action.tsx';
import { incidentOf } from './reference.tsx';

/** More would cover the page, on a phone two already; the rest comes up as these are dismissed. */
const shownAtOnce = 3;

function Toast({ notice }: { readonly notice: Notice }) {
  const { problem, id, where, times } = notice;
  return (
    <li className="max-sm:not-last:hidden rounded-xl border border-danger/70 bg-danger-ground p-4 shadow-2xl">
      <div className="flex items-start justify-between gap-3">
        <p className="font-semibold">
          {problem.title}
          {times > 1 && <span className="font-normal text-quiet"> · {times} times</span>}
        </p>
        <button
          type="button"
          aria-label="Dismiss"
          onClick={() => problemCentre.dismiss(id)}
          className="-mt-2.5 -mr-2.5 inline-flex size-11 shrink-0 items-center justify-center rounded-full hover:bg-sunken"
        >
          <span aria-hidden="true">✕</span>
        </button>
      </div>
      <p>{problem.detail}</p>
      <p className="mt-1 text-sm text-quiet">
        In {where} · <code className="font-mono">{problem.reference}</code>
        {incidentOf(problem)}
      </p>
      <div className="mt-3 flex flex-wrap gap-3">
        <ProblemActionButton problem={problem} />
        <CopyButton text={problem.reference} label={`Copy the reference ${problem.reference}`}>
          Copy reference
        </CopyButton>
      </div>
    </li>
  );
}

export function ProblemToasts() {
  const notices = useSyncExternalStore(problemCentre.subscribe, problemCentre.list);
  const floating = notices.filter((notice) => notice.floating);
  const shown = floating.slice(-shownAtOnce);
  return (
    <section
      aria-label="Problems"
      aria-live="assertive"
      className="pointer-events-none fixed inset-x-3 top-16 z-60 sm:top-auto sm:right-auto sm:bottom-6 sm:left-6 sm:w-96"
    >
      <ol className="pointer-events-auto flex max-h-[70dvh] flex-col gap-3 overflow-y-auto">
        {shown.map((notice) => (
          <Toast key={notice.id} notice={notice} />
        ))}
      </ol>
      {floating.length > shown.length && (
        <p className="mt-2 text-right text-sm text-quiet">and {floating.length - shown.length} more</p>
      )}
    </section>
  );
}
