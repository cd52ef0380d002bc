/** What browsers found out about their own sign-in, over the last seven days. */
import type { FindingCount } from '@slipmat/contract/roll-outs';
import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { counted } from '../../ui/number.ts';
import { Panel } from '../../ui/panel.tsx';
import { Cell, HeadCell, Table } from '../../ui/table.tsx';
import { browserName, systemName } from './segments.ts';
import { findingWords, sortedFindings } from './words.ts';

const shownFirst = 8;

export function FindingsTable({ findings }: { readonly findings: readonly FindingCount[] }) {
  const [all, setAll] = useState(false);
  const rows = sortedFindings(findings);
  const shown = all ? rows : rows.slice(0, shownFirst);
  return (
    <Panel title="What browsers reported">
      {rows.length === 0 ? (
        <Empty>
          Nothing in seven days. Every page checks by itself whether all parts of the site take its browser
          for the same person, and what it finds is counted here.
        </Empty>
      ) : (
        <Table
          label="What browsers reported in seven days"
          head={
            <>
              <HeadCell>In seven days</HeadCell>
              <HeadCell>Browser</HeadCell>
              <HeadCell number>Times</HeadCell>
            </>
          }
        >
          {shown.map((row) => (
            <tr key={`${row.finding} ${browserName(row)} ${systemName(row)}`}>
              <Cell className={row.finding === 'agreed' ? 'text-quiet' : 'font-medium'}>
                {findingWords(row.finding)}
              </Cell>
              <Cell>
                {browserName(row)} <span className="text-quiet">{systemName(row)}</span>
              </Cell>
              <Cell number>{counted(row.count)}</Cell>
            </tr>
          ))}
        </Table>
      )}
      {rows.length > shownFirst && (
        <Button small className="mt-4" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show all ${String(rows.length)}`}
        </Button>
      )}
    </Panel>
  );
}
