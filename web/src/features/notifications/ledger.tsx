/** The ledger of a notification: each recipient and what they did. */
import {
  LedgerFilter,
  type LedgerRow,
  type SentNotification,
  sendingEndpoints,
} from '@slipmat/contract/sending';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { addressOf, call } from '../../api/client.ts';
import { keyOf } from '../../api/queries.ts';
import { run } from '../../api/run.ts';
import { paths } from '../../paths.ts';
import { Badge, type BadgeTone } from '../../ui/badge.tsx';
import { Button, buttonClasses } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Field, Select } from '../../ui/field.tsx';
import { Link } from '../../ui/link.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Region } from '../../ui/region.tsx';
import { Time } from '../../ui/time.tsx';
import { useSettled } from '../../ui/use-settled.ts';
import { channelsWords, filtersFor, filterWords, plural, unreachableWords } from './sent-words.ts';

/** Typing faster than this asks once. Milliseconds. */
const typingPause = 250;
const where = 'the ledger';

const states: Readonly<Record<LedgerRow['state'], { word: string; tone: BadgeTone }>> = {
  sent: { word: 'Not seen yet', tone: 'plain' },
  seen: { word: 'Seen', tone: 'plain' },
  confirmed: { word: 'Confirmed', tone: 'good' },
  unreachable: { word: 'Not reached', tone: 'danger' },
};

/** When what happened. */
function Moments({ row }: { readonly row: LedgerRow }) {
  const { seenAt, confirmedAt, confirmedBeforeAt, remindedAt, reminders, unreachable } = row;
  const channels = channelsWords(row);
  return (
    <p className="flex flex-col text-sm text-quiet sm:items-end sm:text-right">
      {confirmedAt !== null && (
        <span>
          confirmed <Time at={confirmedAt} />
        </span>
      )}
      {confirmedAt === null && confirmedBeforeAt !== null && (
        <span>
          confirmed what it said before, <Time at={confirmedBeforeAt} />
        </span>
      )}
      {confirmedAt === null && seenAt !== null && (
        <span>
          seen <Time at={seenAt} />
        </span>
      )}
      {remindedAt !== null && (
        <span>
          reminded {plural(reminders, 'time')}, last <Time at={remindedAt} />
        </span>
      )}
      {channels !== '' && <span>{channels}</span>}
      {unreachable !== null && <span className="text-danger">{unreachableWords(unreachable)}</span>}
    </p>
  );
}

function Row({ row }: { readonly row: LedgerRow }) {
  const { person, state } = row;
  return (
    <li className="grid gap-x-6 gap-y-1 py-3 sm:grid-cols-[minmax(0,1fr)_8.5rem_minmax(0,1fr)] sm:items-center">
      <p className="min-w-0">
        <Link to={paths.person(person.handle)} className="font-medium wrap-anywhere">
          {person.displayName}
        </Link>{' '}
        <span className="text-sm text-quiet">@{person.handle}</span>
      </p>
      <p>
        <Badge tone={states[state].tone}>{states[state].word}</Badge>
      </p>
      <Moments row={row} />
    </li>
  );
}

export function Ledger({ sent }: { readonly sent: SentNotification }) {
  const { id, kind } = sent;
  const [filter, setFilter] = useState<LedgerFilter>('all');
  const [typed, setTyped] = useState('');
  const q = useSettled(typed.trim(), typingPause);
  const asked = useInfiniteQuery({
    // What happened to it is part of the question, so that the list follows the counts.
    queryKey: [...keyOf(sendingEndpoints.ledger, { params: { id }, query: { filter, q } }), sent.counts],
    queryFn: ({ pageParam, signal }) =>
      call(sendingEndpoints.ledger, { params: { id }, query: { filter, q, after: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => (last.more ? last.rows.at(-1)?.person.id : undefined),
    placeholderData: (before) => before,
    meta: { where, shown: true },
  });
  const csv = addressOf({ path: '/api/sent/{id}/ledger.csv' }, { id }, { filter, q });
  return (
    <Panel
      title="Ledger"
      actions={
        <a href={csv} download className={buttonClasses('quiet', true)}>
          Export as CSV
        </a>
      }
    >
      <div className="mb-4 grid gap-4 sm:grid-cols-2">
        <Field
          label="Handle or name"
          type="search"
          maxLength={60}
          autoComplete="off"
          placeholder="The first letters"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <Select
          label="Show"
          value={filter}
          onChange={(event) => setFilter(LedgerFilter.parse(event.target.value))}
        >
          {filtersFor(kind).map((one) => (
            <option key={one} value={one}>
              {filterWords[one]}
            </option>
          ))}
        </Select>
      </div>
      <div aria-live="polite" aria-busy={asked.isFetching}>
        <Region of={asked}>
          {({ pages }) => {
            const rows = pages.flatMap((page) => page.rows);
            if (rows.length === 0) {
              return (
                <Empty>
                  {filter === 'all' && q === '' ? 'Nobody has got it yet.' : 'Nobody fits what you look for.'}
                </Empty>
              );
            }
            return (
              <>
                <ul className="divide-y divide-line">
                  {rows.map((row) => (
                    <Row key={row.person.id} row={row} />
                  ))}
                </ul>
                {asked.hasNextPage && (
                  <Button
                    className="mt-4"
                    busy={asked.isFetchingNextPage}
                    onClick={() => run(() => asked.fetchNextPage(), where)}
                  >
                    Show more
                  </Button>
                )}
              </>
            );
          }}
        </Region>
      </div>
    </Panel>
  );
}
