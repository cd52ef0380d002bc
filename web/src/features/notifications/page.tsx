/** Everything that one was told: what is on now, what came before, and how it may reach one. */
import type { Account } from '@slipmat/contract/accounts';
import type { NotificationItem } from '@slipmat/contract/notifications';
import { signInPath } from '../../api/return-path.ts';
import { run } from '../../api/run.ts';
import { paths } from '../../paths.ts';
import { Boundary } from '../../ui/boundary.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ButtonLink } from '../../ui/link.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNotice, StaleNotice } from '../../ui/problem-notice.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { useCan, useMe } from '../sessions/state.ts';
import { Entry } from './entry.tsx';
import { History } from './history.tsx';
import { inbox, useInbox } from './page-inbox.ts';
import { Wishes } from './wishes.tsx';

function Listed({ items }: { readonly items: readonly NotificationItem[] }) {
  if (items.length === 0) return <Empty>Nothing at the moment. What comes is here, and at the bell.</Empty>;
  return (
    <ul className="-mx-2 -my-4 divide-y divide-line">
      {items.map((item) => (
        <Entry key={item.notification.id} item={item} level={3} />
      ))}
    </ul>
  );
}

/** What the topic tells, in each of its states. */
function Current() {
  const { items, stale, problem, busy } = useInbox();
  const retry = (): void => run(inbox.retry, 'your notifications');
  if (items === undefined) {
    if (problem === undefined) return <SkeletonRows label="Loading notifications" />;
    return <ProblemNotice problem={problem} onRetry={retry} busy={busy} />;
  }
  return (
    <>
      {(stale || problem !== undefined) && (
        <StaleNotice problem={problem} onRetry={retry} busy={busy} className="mb-4" />
      )}
      <Listed items={items} />
    </>
  );
}

function ForAccount({ account }: { readonly account: Account }) {
  return (
    <>
      <Boundary where="earlier notifications">
        <History key={account.id} />
      </Boundary>
      <Boundary where="how notifications reach you">
        <Wishes />
      </Boundary>
    </>
  );
}

function WithoutAccount() {
  return (
    <Panel title="Without an account">
      <p className="mb-4 text-quiet">
        You see what is for everyone. What you read, put away and confirmed is remembered in this browser
        only. With an account it is remembered on all your devices.
      </p>
      <ButtonLink to={signInPath(paths.notifications())}>Sign in</ButtonLink>
    </Panel>
  );
}

export function NotificationsPage() {
  const account = useMe().data?.account;
  const maySend = useCan('notification.send') === true;
  return (
    <Page title="Notifications" actions={maySend && <ButtonLink to={paths.sent()}>What you sent</ButtonLink>}>
      <div className="flex flex-col gap-6">
        <Panel title="Now">
          <Current />
        </Panel>
        {account !== null && account !== undefined && <ForAccount account={account} />}
        {account === null && <WithoutAccount />}
      </div>
    </Page>
  );
}
