/** For the owner: every mail, what became of it, and sending one again. */
import { type MailRow, MailState, mailEndpoints } from '@slipmat/contract/mail';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { call } from '../../api/client.ts';
import { nextAttempt } from '../../api/next-attempt.ts';
import { keyOf } from '../../api/queries.ts';
import { paths } from '../../paths.ts';
import { Badge } from '../../ui/badge.tsx';
import { Boundary } from '../../ui/boundary.tsx';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Field, Select } from '../../ui/field.tsx';
import { Link } from '../../ui/link.tsx';
import { Page } from '../../ui/page.tsx';
import { Region } from '../../ui/region.tsx';
import { Require } from '../../ui/require.tsx';
import { Time } from '../../ui/time.tsx';
import { useSettled } from '../../ui/use-settled.ts';
import { MailView } from './mail-view.tsx';
import { errorWords, kindWords, stateWords } from './words.ts';

/** Typing faster than this asks once. Milliseconds. */
const typingPause = 250;
/** Mail goes out by itself meanwhile. Milliseconds. */
const lookAgain = 10_000;

interface RowProps {
  readonly mail: MailRow;
  readonly mailIsSent: boolean;
}

function Row({ mail, mailIsSent }: RowProps) {
  const [open, setOpen] = useState(false);
  const { state, kind, person, subject, address, error, dueAt, changedAt, tries } = mail;
  const { name, tone } = stateWords[state];
  return (
    <li className="border-t border-line py-4 first:border-t-0">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-60">
          <p className="flex flex-wrap items-center gap-2">
            <span className="min-w-0 font-medium wrap-anywhere">{subject}</span>
            <Badge tone={tone}>{name}</Badge>
          </p>
          <p className="mt-1 text-sm text-quiet wrap-anywhere">
            To <Link to={paths.person(person.handle)}>{person.displayName}</Link>
            {address !== '' && `, ${address}`} · {kindWords[kind]} · <Time at={changedAt} as="relative" />
          </p>
          {error !== null && (
            <p className="mt-1 text-sm wrap-anywhere">
              {errorWords(error)}
              {state === 'queued' && (
                <>
                  {' '}
                  Try {tries + 1} <Time at={dueAt} as="relative" />.
                </>
              )}
            </p>
          )}
        </div>
        <Button
          small
          aria-expanded={open}
          aria-label={`${open ? 'Close' : 'Read'} “${subject}” to ${person.displayName}`}
          onClick={() => setOpen(!open)}
        >
          {open ? 'Close' : 'Read'}
        </Button>
      </div>
      {open && <MailView mail={mail} mailIsSent={mailIsSent} />}
    </li>
  );
}

function isState(value: string): value is MailState {
  return MailState.options.some((state) => state === value);
}

/** What is looked for; a change of it begins at the newest again. */
function useOutbox() {
  const [state, setState] = useState<MailState>();
  const [typed, setTyped] = useState('');
  /** The last ids of the pages before this one. */
  const [pages, setPages] = useState<readonly string[]>([]);
  const q = useSettled(useDeferredValue(typed.trim()), typingPause);
  const before = pages.at(-1);
  const query = {
    q,
    ...(state === undefined ? {} : { state }),
    ...(before === undefined ? {} : { before }),
  };
  const asked = useQuery({
    queryKey: keyOf(mailEndpoints.outbox, { query }),
    queryFn: ({ signal }) => call(mailEndpoints.outbox, { query, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { error, errorUpdateCount } }) =>
      error === null ? lookAgain : nextAttempt(error, errorUpdateCount),
    meta: { where: 'the outbox', shown: true },
  });
  return {
    ...{ asked, q, state, typed, page: pages.length },
    find(text: string) {
      setTyped(text);
      setPages([]);
    },
    choose(value: string) {
      setState(isState(value) ? value : undefined);
      setPages([]);
    },
    older: (last: string) => setPages([...pages, last]),
    newer: () => setPages(pages.slice(0, -1)),
  };
}

function nothing(state: MailState | undefined, q: string): string {
  if (q !== '') return `No mail like that to an address or handle that begins with “${q}”.`;
  return state === undefined ? 'No mail was written yet.' : stateWords[state].none;
}

function Outbox() {
  const { asked, q, state, typed, page, find, choose, older, newer } = useOutbox();
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-[minmax(0,1fr)_16rem]">
        <Field
          label="Address or handle"
          type="search"
          maxLength={254}
          autoComplete="off"
          placeholder="The first letters"
          value={typed}
          onChange={(event) => find(event.target.value)}
        />
        <Select label="State" value={state ?? ''} onChange={(event) => choose(event.target.value)}>
          <option value="">All</option>
          {MailState.options.map((option) => {
            const count = asked.data?.counts.find((row) => row.state === option)?.count;
            return (
              <option key={option} value={option}>
                {stateWords[option].name}
                {count !== undefined && ` (${count})`}
              </option>
            );
          })}
        </Select>
      </div>
      <div className="mt-6" aria-live="polite" aria-busy={asked.isFetching}>
        <Region of={asked}>
          {({ mails, more, mailIsSent }) => (
            <>
              {!mailIsSent && (
                <p className="mb-4 rounded-xl border border-lamp bg-glow p-4">
                  No mail server is set, so nothing is sent: read mail here, and hand verification links to
                  their people yourself. <code className="font-mono">SMTP_URL</code> changes that.
                </p>
              )}
              {mails.length === 0 ? (
                <Empty>{nothing(state, q)}</Empty>
              ) : (
                <ul className="rounded-2xl border border-line bg-raised px-5 sm:px-7">
                  {mails.map((mail) => (
                    <Row key={mail.id} mail={mail} mailIsSent={mailIsSent} />
                  ))}
                </ul>
              )}
              <div className="mt-5 flex flex-wrap gap-3">
                {page > 0 && <Button onClick={newer}>Newer</Button>}
                {more && <Button onClick={() => older(mails.at(-1)?.id ?? '')}>Older</Button>}
              </div>
            </>
          )}
        </Region>
      </div>
    </>
  );
}

export function OutboxPage() {
  return (
    <Require capability="mail.read-any" need="to be the owner">
      {() => (
        <Page title="Outbox" lead="Every mail of the last 90 days, and what became of it." width="wide">
          <Boundary where="the outbox">
            <Outbox />
          </Boundary>
        </Page>
      )}
    </Require>
  );
}
