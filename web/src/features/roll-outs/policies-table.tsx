/** Every cookie that the server still reads, how much it is still used, and when that may end. */
import type { PolicyUse } from '@slipmat/contract/roll-outs';
import { Badge } from '../../ui/badge.tsx';
import { Empty } from '../../ui/empty.tsx';
import { counted } from '../../ui/number.ts';
import { Panel } from '../../ui/panel.tsx';
import { Cell, HeadCell, Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { useNow } from '../../ui/use-now.ts';

export function PoliciesTable({ policies }: { readonly policies: readonly PolicyUse[] }) {
  const now = useNow(60_000);
  return (
    <Panel title="Cookies that are read">
      {policies.length === 0 ? (
        <Empty>No cookie is read yet.</Empty>
      ) : (
        <Table
          label="Cookies that are read"
          head={
            <>
              <HeadCell>Cookie</HeadCell>
              <HeadCell>Last used</HeadCell>
              <HeadCell>Reader may be removed</HeadCell>
            </>
          }
        >
          {policies.map((policy) => (
            <tr key={policy.version}>
              <Cell className="min-w-36">
                <code className="font-mono wrap-anywhere">{policy.name}</code>
                <span className="mt-1 flex flex-wrap items-center gap-2 text-quiet">
                  {policy.domain === null ? 'this host only' : `${policy.domain} and its sub-domains`}
                  <Badge tone={policy.isWritten ? 'good' : 'plain'}>
                    {policy.isWritten ? 'given' : 'only read'}
                  </Badge>
                </span>
              </Cell>
              <Cell>
                {policy.lastUsedAt === null ? (
                  <span className="text-quiet">never</span>
                ) : (
                  <>
                    <Time at={policy.lastUsedAt} as="relative" />
                    <span className="block text-quiet">{todayWords(policy.usedToday)}</span>
                  </>
                )}
              </Cell>
              <Cell>
                <Removable at={policy.removableAt} now={now} />
              </Cell>
            </tr>
          ))}
        </Table>
      )}
    </Panel>
  );
}

function todayWords(usedToday: number): string {
  return `${usedToday === 0 ? 'none' : counted(usedToday)} in 24 hours`;
}

function Removable({ at, now }: { readonly at: number | null; readonly now: number }) {
  if (at === null) return <span className="text-quiet">not while it is given</span>;
  if (at <= now) return <span className="font-semibold text-good">now</span>;
  return (
    <>
      from <Time at={at} as="day" />, if nobody comes with it until then
    </>
  );
}
