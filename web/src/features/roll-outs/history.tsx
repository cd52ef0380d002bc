/** What happened to a roll-out, newest first. */
import type { RollOutEntry } from '@slipmat/contract/roll-outs';
import { useState } from 'react';
import { paths } from '../../paths.ts';
import { Button } from '../../ui/button.tsx';
import { Link } from '../../ui/link.tsx';
import { Time } from '../../ui/time.tsx';
import { entryWords } from './words.ts';

const shownFirst = 4;

export function History({ entries }: { readonly entries: readonly RollOutEntry[] }) {
  const [all, setAll] = useState(false);
  if (entries.length === 0) return null;
  const shown = all ? entries : entries.slice(0, shownFirst);
  return (
    <div>
      <h3 className="mb-2 text-lg">What happened</h3>
      <ol className="flex flex-col divide-y divide-line">
        {shown.map((entry, index) => (
          <li
            key={`${String(entry.at)}-${entry.act}-${String(index)}`}
            className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-0.5 py-2.5"
          >
            <div className="min-w-0 flex-1 basis-64">
              <p>
                {entryWords(entry)}
                {entry.by !== null && (
                  <>
                    {' '}
                    by <Link to={paths.person(entry.by)}>@{entry.by}</Link>
                  </>
                )}
              </p>
              {entry.reason !== null && <p className="text-sm text-quiet wrap-anywhere">{entry.reason}</p>}
            </div>
            <Time at={entry.at} className="text-sm text-quiet" />
          </li>
        ))}
      </ol>
      {entries.length > shownFirst && (
        <Button small className="mt-3" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show all ${String(entries.length)}`}
        </Button>
      )}
    </div>
  );
}
