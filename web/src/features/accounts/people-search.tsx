/** Finding people by the beginning of their handle or name. */
import { accountsEndpoints, type PersonRow } from '@slipmat/contract/accounts';
import { Group, mayGrant } from '@slipmat/contract/capabilities';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { call } from '../../api/client.ts';
import { keyOf } from '../../api/queries.ts';
import { paths } from '../../paths.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Field } from '../../ui/field.tsx';
import { Link } from '../../ui/link.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Region } from '../../ui/region.tsx';
import { Time } from '../../ui/time.tsx';
import { useSettled } from '../../ui/use-settled.ts';
import { Grants } from './grants.tsx';
import { GroupBadges } from './group-badges.tsx';

/** Typing faster than this asks once. Milliseconds. */
const typingPause = 250;

interface RowProps {
  readonly person: PersonRow;
  readonly grantable: readonly Group[];
}

function Row({ person, grantable }: RowProps) {
  const [open, setOpen] = useState(false);
  return (
    <li className="border-t border-line py-3 first:border-t-0">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Avatar name={person.displayName} />
        <div className="min-w-0 flex-1 basis-40">
          <p className="flex flex-wrap items-center gap-2">
            <Link to={paths.person(person.handle)} className="min-w-0 font-medium wrap-anywhere">
              {person.displayName}
            </Link>
            <GroupBadges groups={person.groups} />
          </p>
          <p className="text-sm text-quiet">
            @{person.handle} · joined <Time at={person.createdAt} as="relative" />
          </p>
        </div>
        {grantable.length > 0 && (
          <Button
            small
            aria-expanded={open}
            aria-label={`Groups of ${person.displayName}`}
            onClick={() => setOpen(!open)}
          >
            Groups
          </Button>
        )}
      </div>
      {open && (
        <div className="mt-3 rounded-xl bg-sunken px-4 sm:ml-15">
          <Grants person={person} mayGrant={grantable} paused={person.pausedGroups} />
        </div>
      )}
    </li>
  );
}

export function PeopleSearch({ groups }: { readonly groups: readonly Group[] }) {
  const [typed, setTyped] = useState('');
  const q = useSettled(useDeferredValue(typed.trim()), typingPause);
  const found = useQuery({
    queryKey: keyOf(accountsEndpoints.find, { query: { q } }),
    queryFn: ({ signal }) => call(accountsEndpoints.find, { query: { q }, signal }),
    placeholderData: keepPreviousData,
    meta: { where: 'the list of people', shown: true },
  });
  const grantable = Group.options.filter((group) => mayGrant(groups, group));
  return (
    <Panel title="Find people">
      <Field
        label="Handle or name"
        type="search"
        maxLength={60}
        autoComplete="off"
        placeholder="The first letters"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      <div className="mt-5" aria-live="polite" aria-busy={found.isFetching}>
        <Region of={found}>
          {({ people, more }) =>
            people.length === 0 ? (
              <Empty>
                {q === '' ? 'Nobody has signed up yet.' : `Nobody’s handle or name begins with “${q}”.`}
              </Empty>
            ) : (
              <>
                <ul>
                  {people.map((person) => (
                    <Row key={person.id} person={person} grantable={grantable} />
                  ))}
                </ul>
                {more && (
                  <p className="mt-3 text-sm text-quiet">
                    There are more. Type more letters to narrow it down.
                  </p>
                )}
              </>
            )
          }
        </Region>
      </div>
    </Panel>
  );
}
