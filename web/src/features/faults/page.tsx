/** For staff: what broke, grouped, and the field for references. */
import { FaultKind, type FaultList, faultLimits, faultsEndpoints } from '@slipmat/contract/faults';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { call } from '../../api/client.ts';
import { keyOf } from '../../api/queries.ts';
import { run } from '../../api/run.ts';
import { Boundary } from '../../ui/boundary.tsx';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Field, Select } from '../../ui/field.tsx';
import { counted } from '../../ui/number.ts';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Region } from '../../ui/region.tsx';
import { Require } from '../../ui/require.tsx';
import { useSettled } from '../../ui/use-settled.ts';
import { FaultRow } from './fault-row.tsx';
import { HoursChart } from './hours-chart.tsx';
import { LookUp } from './look-up.tsx';
import { kindWords } from './words.ts';

/** Staff look on while it burns. Milliseconds. */
const askEvery = 5_000;
/** Typing faster than this asks once. Milliseconds. */
const typingPause = 250;

const states = {
  unresolved: 'Not resolved',
  'came-back': 'Came back',
  resolved: 'Resolved',
  all: 'All',
} as const;
type StateChoice = keyof typeof states;

interface Choice {
  readonly state: StateChoice;
  readonly kind: FaultKind | 'all';
  readonly search: string;
}

export function FaultsPage() {
  return (
    <Require capability="staff.view" need="to be staff">
      {() => (
        <Page
          title="Faults"
          lead="What broke, for whom and how often: on the server, in browsers, at the source port. Nothing that people wrote is in here."
          width="wide"
        >
          <div className="flex flex-col gap-4 sm:gap-6">
            <Boundary where="the look-up of a reference">
              <LookUp />
            </Boundary>
            <Boundary where="the list of faults">
              <Inbox />
            </Boundary>
          </div>
        </Page>
      )}
    </Require>
  );
}

/** The faults of a choice, page by page. */
function useFaults({ state, kind, search }: Choice) {
  const query = {
    ...(state === 'all' ? {} : { state }),
    ...(kind === 'all' ? {} : { kind }),
    ...(search === '' ? {} : { search }),
  };
  return useInfiniteQuery({
    queryKey: keyOf(faultsEndpoints.list, { query }),
    initialPageParam: '',
    queryFn: ({ signal, pageParam }) =>
      call(faultsEndpoints.list, {
        query: pageParam === '' ? query : { ...query, before: pageParam },
        signal,
      }),
    getNextPageParam: ({ faults, more }: FaultList) => (more ? faults.at(-1)?.id : undefined),
    placeholderData: keepPreviousData,
    refetchInterval: (asked) => (asked.state.error === null ? askEvery : askEvery * 2),
    meta: { where: 'the list of faults', shown: true },
  });
}

function Inbox() {
  const [choice, setChoice] = useState<Choice>({ state: 'unresolved', kind: 'all', search: '' });
  const search = useSettled(useDeferredValue(choice.search.trim()), typingPause);
  const found = useFaults({ ...choice, search });
  return (
    <Panel title="What broke">
      <Choices choice={choice} onChange={setChoice} totals={found.data?.pages[0]?.totals} />
      <div className="mt-6" aria-busy={found.isFetching}>
        <Region of={found}>
          {({ pages }) => (
            <>
              <Faults pages={pages} choice={choice} />
              {found.hasNextPage && (
                <Button
                  className="mt-4"
                  busy={found.isFetchingNextPage}
                  onClick={() => run(() => found.fetchNextPage(), 'the list of faults')}
                >
                  Older ones
                </Button>
              )}
            </>
          )}
        </Region>
      </div>
    </Panel>
  );
}

function Faults({ pages, choice }: { readonly pages: readonly FaultList[]; readonly choice: Choice }) {
  const faults = pages.flatMap((page) => page.faults);
  const isNarrow = choice.search !== '' || choice.kind !== 'all' || choice.state !== 'unresolved';
  return (
    <>
      <HoursChart chart={pages[0]?.chart ?? []} hours={faultLimits.chartHours} label="All faults" />
      {faults.length === 0 ? (
        <div className="mt-6">
          <Empty>{isNarrow ? 'Nothing fits.' : 'Nothing is broken, as far as anybody noticed.'}</Empty>
        </div>
      ) : (
        <ul className="mt-4 divide-y divide-line">
          {faults.map((fault) => (
            <FaultRow key={fault.id} fault={fault} />
          ))}
        </ul>
      )}
    </>
  );
}

interface ChoicesProps {
  readonly choice: Choice;
  readonly onChange: (choice: Choice) => void;
  readonly totals: FaultList['totals'] | undefined;
}

function Choices({ choice, onChange, totals }: ChoicesProps) {
  const count = (state: StateChoice): string => {
    if (totals === undefined) return '';
    const { open, cameBack, resolved } = totals;
    const of = {
      unresolved: open + cameBack,
      'came-back': cameBack,
      resolved,
      all: open + cameBack + resolved,
    };
    return ` (${counted(of[state])})`;
  };
  return (
    <div className="grid gap-4 sm:grid-cols-3">
      <Select
        label="State"
        value={choice.state}
        onChange={({ target }) => {
          const state = stateOf(target.value);
          if (state !== undefined) onChange({ ...choice, state });
        }}
      >
        {stateChoices.map((state) => (
          <option key={state} value={state}>
            {states[state] + count(state)}
          </option>
        ))}
      </Select>
      <Select
        label="Where it was noticed"
        value={choice.kind}
        onChange={({ target }) => {
          const kind = FaultKind.safeParse(target.value);
          onChange({ ...choice, kind: kind.success ? kind.data : 'all' });
        }}
      >
        <option value="all">Everywhere</option>
        {FaultKind.options.map((kind) => (
          <option key={kind} value={kind}>
            {kindWords[kind].word}
          </option>
        ))}
      </Select>
      <Field
        label="Search"
        type="search"
        maxLength={100}
        autoComplete="off"
        placeholder="Words of the error or its place"
        value={choice.search}
        onChange={({ target }) => onChange({ ...choice, search: target.value })}
      />
    </div>
  );
}

const stateChoices: readonly StateChoice[] = ['unresolved', 'came-back', 'resolved', 'all'];

function stateOf(value: string): StateChoice | undefined {
  return stateChoices.find((state) => state === value);
}
