/** Each refused or cut connection, with its true reason. */
import { refusals } from '@slipmat/contract/broadcast';
import type { Attempt } from '@slipmat/contract/dashboard';
import { Empty } from '../../ui/empty.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Time } from '../../ui/time.tsx';

export function AttemptsPanel({ attempts }: { readonly attempts: readonly Attempt[] }) {
  return (
    <Panel title="Refused attempts">
      {attempts.length === 0 ? (
        <Empty>
          None. When your software cannot connect, the true reason appears here within a second, whatever the
          software says.
        </Empty>
      ) : (
        <ol
          aria-live="polite"
          aria-relevant="additions"
          className="flex max-h-112 flex-col gap-3 overflow-y-auto"
        >
          {attempts.map((attempt, index) => (
            <li
              key={attempt.id}
              className={
                index === 0
                  ? 'rounded-xl border border-danger/60 bg-danger-ground p-4'
                  : 'rounded-xl border border-line p-4'
              }
            >
              <div className="flex flex-wrap items-baseline justify-between gap-x-4">
                <h3 className="text-base">{refusals[attempt.reason].title}</h3>
                <Time at={attempt.at} as="relative" className="text-sm text-quiet" />
              </div>
              <p className="mt-1">{refusals[attempt.reason].sentence}</p>
              <p className="mt-1 text-sm text-quiet [overflow-wrap:anywhere]">
                {attempt.client === '' ? 'Software that does not say its name' : attempt.client}, from{' '}
                {attempt.network}
              </p>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}
