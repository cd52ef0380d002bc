/** Putting a person into groups and taking them out. */
import { accountsEndpoints, type Person } from '@slipmat/contract/accounts';
import type { Group } from '@slipmat/contract/capabilities';
import { useQueryClient } from '@tanstack/react-query';
import { keyOf, useAct } from '../../api/queries.ts';
import { run } from '../../api/run.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { groupWords } from './group-words.ts';

interface GrantRowProps {
  readonly person: Person;
  readonly group: Group;
  /** True: they are in it, but it does not count until their e-mail address is verified. */
  readonly waits: boolean;
}

function GrantRow({ person, group, waits }: GrantRowProps) {
  const cache = useQueryClient();
  const where = `the groups of ${person.displayName}`;
  const grant = useAct(accountsEndpoints.grant, { where, shown: true });
  const revoke = useAct(accountsEndpoints.revoke, { where, shown: true });
  const has = waits || person.groups.includes(group);
  const act = has ? revoke : grant;
  const { name, does } = groupWords[group];
  const send = (): void => {
    grant.reset();
    revoke.reset();
    act.mutate(
      { params: { handle: person.handle, group } },
      {
        onSuccess() {
          for (const endpoint of [accountsEndpoints.person, accountsEndpoints.find])
            run(() => cache.invalidateQueries({ queryKey: keyOf(endpoint) }), where);
        },
      },
    );
  };
  const failure = grant.error ?? revoke.error;
  return (
    <li className="flex flex-col gap-3 border-t border-line py-3 first:border-t-0">
      <div className="flex items-center justify-between gap-4">
        <p>
          <span className="font-medium">{name}</span>
          <span className="text-quiet"> {does}</span>
          {waits && (
            <span className="mt-1 block text-sm">
              <Badge tone="lamp">waiting</Badge> until their e-mail address is verified
            </span>
          )}
        </p>
        <Button
          small
          variant={has ? 'danger' : 'quiet'}
          busy={act.isPending}
          onClick={send}
          aria-label={
            has
              ? `Take ${person.displayName} out of the group ${name}`
              : `Put ${person.displayName} into the group ${name}`
          }
        >
          {has ? 'Take out' : 'Put in'}
        </Button>
      </div>
      {failure !== null && <ProblemNotice problem={failure.problem} onRetry={send} busy={act.isPending} />}
    </li>
  );
}

interface GrantsProps {
  readonly person: Person;
  /** The groups that the reader may grant and revoke. */
  readonly mayGrant: readonly Group[];
  /** Groups of the person that wait. */
  readonly paused: readonly Group[];
}

export function Grants({ person, mayGrant, paused }: GrantsProps) {
  return (
    <ul>
      {mayGrant.map((group) => (
        <GrantRow key={group} person={person} group={group} waits={paused.includes(group)} />
      ))}
    </ul>
  );
}
