/** What one was sent before, expired ones too, page by page. */
import { type NotificationItem, notificationsEndpoints } from '@slipmat/contract/notifications';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import { keyOf } from '../../api/queries.ts';
import { run } from '../../api/run.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Region } from '../../ui/region.tsx';
import { Entry } from './entry.tsx';
import { useInbox } from './page-inbox.ts';

function Pages() {
  const now = useInbox().items ?? [];
  const asked = useInfiniteQuery({
    queryKey: keyOf(notificationsEndpoints.history, {}),
    queryFn: ({ pageParam, signal }) =>
      call(notificationsEndpoints.history, { query: { before: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => (last.more ? last.items.at(-1)?.notification.id : undefined),
    meta: { where: 'earlier notifications', shown: true },
  });
  const listed = new Set(now.map(({ notification }) => notification.id));
  const earlier = (items: readonly NotificationItem[]): readonly NotificationItem[] =>
    items.filter(({ notification }) => !listed.has(notification.id));
  return (
    <Region of={asked}>
      {({ pages }) => {
        const items = earlier(pages.flatMap((page) => page.items));
        return (
          <>
            {items.length === 0 && !asked.hasNextPage && <Empty>There is nothing earlier.</Empty>}
            <ul className="-mx-2 divide-y divide-line">
              {items.map((item) => (
                <Entry key={item.notification.id} item={item} level={3} over />
              ))}
            </ul>
            {asked.hasNextPage && (
              <Button
                className="mt-4"
                busy={asked.isFetchingNextPage}
                onClick={() => run(() => asked.fetchNextPage(), 'earlier notifications')}
              >
                Show older
              </Button>
            )}
          </>
        );
      }}
    </Region>
  );
}

/** Asked for on a press: most look for what is on now. */
export function History() {
  const [isOpen, setOpen] = useState(false);
  return (
    <Panel title="Earlier">
      {isOpen ? <Pages /> : <Button onClick={() => setOpen(true)}>Show what is over</Button>}
    </Panel>
  );
}
