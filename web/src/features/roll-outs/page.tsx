/** For staff: changes of sign-in that go to browsers in steps, and what browsers make of them. */
import { can } from '@slipmat/contract/capabilities';
import type { RollOutsState } from '@slipmat/contract/roll-outs';
import type { ReactNode } from 'react';
import { Boundary } from '../../ui/boundary.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNotice, StaleNotice } from '../../ui/problem-notice.tsx';
import { Require } from '../../ui/require.tsx';
import { Skeleton, SkeletonRows } from '../../ui/skeleton.tsx';
import { FindingsTable } from './findings-table.tsx';
import { PoliciesTable } from './policies-table.tsx';
import { RollOutCard } from './roll-out-card.tsx';
import { useRollOuts } from './use-roll-outs.ts';

export function RollOutsPage() {
  return (
    <Require capability="staff.view" need="to be staff">
      {(account) => (
        <Page
          title="Roll-outs"
          lead="Changes of how people are signed in. They go to browsers in steps, are measured in each kind of browser, and stop and go back by themselves."
          width="wide"
        >
          <Boundary where="the roll-outs">
            <Followed mayManage={can(account.groups, 'roll-out.manage')} />
          </Boundary>
        </Page>
      )}
    </Require>
  );
}

function Followed({ mayManage }: { readonly mayManage: boolean }) {
  const { state, stale, problem, retry, busy } = useRollOuts();
  if (state === undefined) {
    if (problem !== undefined) return <ProblemNotice problem={problem} onRetry={retry} busy={busy} />;
    return <Loading />;
  }
  return (
    <div className="flex flex-col gap-4 sm:gap-6">
      {stale && <StaleNotice problem={problem} onRetry={retry} busy={busy} />}
      <All state={state} mayManage={mayManage} />
    </div>
  );
}

function All({ state, mayManage }: { readonly state: RollOutsState; readonly mayManage: boolean }) {
  const { rollOuts, policies, findings } = state;
  return (
    <>
      {rollOuts.length === 0 && <Nothing />}
      {rollOuts.map((rollOut) => (
        <Boundary key={rollOut.kind} where="this roll-out">
          <RollOutCard rollOut={rollOut} mayManage={mayManage} />
        </Boundary>
      ))}
      <div className="grid items-start gap-4 sm:gap-6 xl:grid-cols-2">
        <Boundary where="the cookies that are read">
          <PoliciesTable policies={policies} />
        </Boundary>
        <Boundary where="what browsers reported">
          <FindingsTable findings={findings} />
        </Boundary>
      </div>
    </>
  );
}

function Setting({ children }: { readonly children: ReactNode }) {
  return <code className="font-mono text-ink">{children}</code>;
}

function Nothing() {
  return (
    <Empty>
      Nothing to roll out. A change appears here, ready to start, when it is set and the server is started
      again: <Setting>COOKIE_DOMAIN=radio.example</Setting> shares the sign-in with sub-domains,{' '}
      <Setting>CSRF=roll-out</Setting> begins to refuse requests of other sites. Until then nothing changes
      for anybody.
    </Empty>
  );
}

function Loading() {
  return (
    <div className="flex flex-col gap-4 sm:gap-6">
      <div role="status" className="rounded-2xl border border-line bg-raised p-5 sm:p-7">
        <span className="sr-only">Loading the roll-outs</span>
        <Skeleton className="h-7 w-48" />
        <Skeleton className="mt-4 h-4 w-4/5" />
        <Skeleton className="mt-6 h-12 w-full" />
        <Skeleton className="mt-6 h-32 w-full rounded-xl" />
      </div>
      <Panel title="Cookies that are read">
        <SkeletonRows label="Loading the cookies" />
      </Panel>
    </div>
  );
}
