/** What was sent: one's own, for staff everybody's. */
import type { Account } from '@slipmat/contract/accounts';
import { can } from '@slipmat/contract/capabilities';
import { type SentNotification, sendingEndpoints } from '@slipmat/contract/sending';
import { useInfiniteQuery } from '@tanstack/react-query';
import { call } from '../../api/client.ts';
import { keyOf } from '../../api/queries.ts';
import { run } from '../../api/run.ts';
import { paths } from '../../paths.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ButtonLink, Link } from '../../ui/link.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Region } from '../../ui/region.tsx';
import { Require } from '../../ui/require.tsx';
import { Time } from '../../ui/time.tsx';
import { audienceWords } from './audience.ts';
import { progressWords, stateWords } from './sent-words.ts';

const where = 'what was sent';

/** How far it has come, as a bar. */
function Bar({ sent }: { readonly sent: SentNotification }) {
  const { kind, counts } = sent;
  const done = kind === 'must-read' ? counts.confirmed : counts.seen;
  const width = counts.recipients === 0 ? 0 : (done / counts.recipients) * 100;
  return (
    <svg
      viewBox="0 0 100 4"
      preserveAspectRatio="none"
      aria-hidden="true"
      className="h-1.5 w-full rounded-full"
    >
      <rect width="100" height="4" className="fill-line" />
      <rect width={width} height="4" className={kind === 'must-read' ? 'fill-lamp' : 'fill-good'} />
    </svg>
  );
}

function Row({ sent, byWhom }: { readonly sent: SentNotification; readonly byWhom: boolean }) {
  const { word, tone } = stateWords[sent.state];
  return (
    <li className="grid gap-x-6 gap-y-2 py-4 sm:grid-cols-[minmax(0,1fr)_13rem]">
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-2">
          {sent.kind === 'must-read' && <Badge tone="lamp">Must read</Badge>}
          <Badge tone={tone}>{word}</Badge>
          {sent.incident !== null && <Badge tone="danger">INC-{sent.incident}</Badge>}
        </p>
        <p className="mt-1.5">
          <Link to={paths.sentOne(sent.id)} className="font-medium wrap-anywhere">
            {sent.title}
          </Link>
        </p>
        <p className="mt-0.5 text-sm wrap-anywhere text-quiet">
          {byWhom && `${sent.from.name} · `}
          <Time at={sent.startsAt} /> · to {audienceWords(sent.audience)}
        </p>
      </div>
      <div className="flex flex-col justify-center gap-1.5 text-sm">
        <span className="tabular-nums">{progressWords(sent.kind, sent.counts)}</span>
        <Bar sent={sent} />
      </div>
    </li>
  );
}

function Sent({ account }: { readonly account: Account }) {
  const isStaff = can(account.groups, 'staff.view');
  const asked = useInfiniteQuery({
    queryKey: keyOf(sendingEndpoints.list, {}),
    queryFn: ({ pageParam, signal }) => call(sendingEndpoints.list, { query: { before: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => (last.more ? last.notifications.at(-1)?.id : undefined),
    meta: { where, shown: true },
  });
  return (
    <Page
      title="What was sent"
      lead={isStaff ? 'By everybody, newest first.' : 'By you, newest first.'}
      actions={
        <ButtonLink to={paths.compose()} variant="primary">
          New notification
        </ButtonLink>
      }
    >
      <Panel title="Notifications">
        <Region of={asked} whole>
          {({ pages }) => {
            const all = pages.flatMap((page) => page.notifications);
            if (all.length === 0) return <Empty>Nothing was sent yet.</Empty>;
            return (
              <>
                <ul className="-my-4 divide-y divide-line">
                  {all.map((sent) => (
                    <Row key={sent.id} sent={sent} byWhom={isStaff} />
                  ))}
                </ul>
                {asked.hasNextPage && (
                  <Button
                    className="mt-8"
                    busy={asked.isFetchingNextPage}
                    onClick={() => run(() => asked.fetchNextPage(), where)}
                  >
                    Show older
                  </Button>
                )}
              </>
            );
          }}
        </Region>
      </Panel>
    </Page>
  );
}

export function SentPage() {
  return (
    <Require capability="notification.send" need="to be a DJ, moderator, mentor or staff">
      {(account) => <Sent account={account} />}
    </Require>
  );
}
