/** Each refused or cut connection, with its true reason. */
import { refusals } from '@slipmat/contract/broadcast';
import type { Attempt } from '@slipmat/contract/dashboard';
import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { Empty } from '../../ui/empty.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Time } from '../../ui/time.tsx';

/** The last ones matter: whoever is setting up looks at what came of the last press. */
const shownFirst = 3;

export function AttemptsPanel({ attempts }: { readonly attempts: readonly Attempt[] }) {
  const [all, setAll] = useState(false);
  const shown = all ? attempts : attempts.slice(0, shownFirst);
  return (
    <Panel title="Refused attempts">
      {attempts.length === 0 && (
        <Empty>
          None. When your software cannot connect, the true reason appears here within a second, whatever the
          software says.
        </Empty>
      )}
      <ol aria-live="polite" aria-relevant="additions" className="flex flex-col gap-3">
        {shown.map((attempt, index) => (
          <AttemptRow key={attempt.id} attempt={attempt} newest={index === 0} />
        ))}
      </ol>
      {shown.length < attempts.length && (
        <Button small onClick={() => setAll(true)} className="mt-4">
          Show all {attempts.length}
        </Button>
      )}
    </Panel>
  );
}

function AttemptRow({ attempt, newest }: { readonly attempt: Attempt; readonly newest: boolean }) {
  const { reason, at, client, network } = attempt;
  const { title, sentence } = refusals[reason];
  return (
    <li
      className={classes(
        'rounded-xl border p-4',
        newest ? 'border-danger/60 bg-danger-ground' : 'border-line',
      )}
    >
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <h3 className="text-base">{title}</h3>
        <Time at={at} as="relative" className="text-sm text-quiet" />
      </div>
      <p className="mt-1">{sentence}</p>
      <p className="mt-1 text-sm text-quiet [overflow-wrap:anywhere]">
        {client === '' ? 'Software that does not say its name' : client}, from {network}
      </p>
    </li>
  );
}
