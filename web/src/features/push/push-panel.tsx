/** Push: on this device or not, and the other devices that get it. */
import { type PushDevice, pushEndpoints } from '@slipmat/contract/push';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { keyOf, useAct, useAsk } from '../../api/queries.ts';
import { run } from '../../api/run.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Region } from '../../ui/region.tsx';
import { Time } from '../../ui/time.tsx';
import { ownFingerprint, type SwitchedOn, switchOff, switchOn } from './subscription.ts';
import { ownSupport } from './support.ts';

const where = 'push';
const ownKey = ['push', 'this browser'] as const;

const denied =
  'This browser was told not to show notifications of this site. Allow them in its settings for this site (the sign beside the address), then come back.';

const outcomes: Readonly<Record<Exclude<SwitchedOn, 'on'>, string>> = {
  denied,
  'not-now': 'The browser was not allowed to show notifications, so nothing was switched on.',
  'no-service':
    'This browser could not reach its push service. A private window, a strict network or a switched-off setting can be why.',
};

function useAgain(): () => void {
  const cache = useQueryClient();
  const again = () =>
    Promise.all([
      cache.invalidateQueries({ queryKey: keyOf(pushEndpoints.devices) }),
      cache.invalidateQueries({ queryKey: ownKey }),
    ]);
  return () => run(again, where);
}

interface SwitchProps {
  readonly publicKey: string;
  /** This device, where it gets push. */
  readonly own: PushDevice | undefined;
}

function Switch({ publicKey, own }: SwitchProps) {
  const again = useAgain();
  const [outcome, setOutcome] = useState<SwitchedOn>();
  const meta = { where, shown: true };
  const on = useMutation({ mutationFn: () => switchOn(publicKey), meta });
  const off = useMutation({ mutationFn: (id: string) => switchOff(id), meta });
  const busy = on.isPending || off.isPending;
  const press = (): void => {
    on.reset();
    off.reset();
    setOutcome(undefined);
    if (own !== undefined) off.mutate(own.id, { onSettled: again });
    else on.mutate(undefined, { onSuccess: setOutcome, onSettled: again });
  };
  const failure = on.error ?? off.error;
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-4">
        <p id="push-here">
          <span className="font-medium">This device gets push</span>
          <span className="block text-sm text-quiet">
            Also while no page of this site is open. Signing out ends it.
          </span>
        </p>
        <Button
          role="switch"
          aria-checked={own !== undefined}
          aria-labelledby="push-here"
          variant={own === undefined ? 'primary' : 'quiet'}
          busy={busy}
          onClick={press}
        >
          {own === undefined ? 'Switch on' : 'Switch off'}
        </Button>
      </div>
      <div role="status">
        {outcome !== undefined && outcome !== 'on' && <p className="mt-3">{outcomes[outcome]}</p>}
      </div>
      {failure !== null && (
        <ProblemNotice problem={failure.problem} onRetry={press} busy={busy} className="mt-4" />
      )}
    </>
  );
}

function OtherDevice({ device }: { readonly device: PushDevice }) {
  const again = useAgain();
  const remove = useAct(pushEndpoints.unsubscribe, { where, shown: true });
  const press = (): void => remove.mutate({ params: { id: device.id } }, { onSettled: again });
  return (
    <li className="flex flex-col gap-3 border-t border-line py-3">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <p>
          <span className="font-medium">{device.label}</span>{' '}
          <span className="block text-sm text-quiet">
            {device.reachedAt === null ? (
              'Nothing was sent to it yet'
            ) : (
              <>
                Last reached <Time at={device.reachedAt} as="relative" />
              </>
            )}
          </span>
        </p>
        <Button small busy={remove.isPending} onClick={press} aria-label={`No push on ${device.label}`}>
          Switch off
        </Button>
      </div>
      {remove.error !== null && (
        <ProblemNotice problem={remove.error.problem} onRetry={press} busy={remove.isPending} />
      )}
    </li>
  );
}

function Devices({ ownFinger }: { readonly ownFinger: string | null }) {
  const asked = useAsk(pushEndpoints.devices, undefined, { where, shown: true });
  return (
    <Region of={asked}>
      {({ publicKey, devices }) => {
        const own = devices.find(({ fingerprint }) => fingerprint === ownFinger);
        const others = devices.filter((device) => device !== own);
        return (
          <>
            <Here own={own} publicKey={publicKey} />
            {others.length > 0 && (
              <>
                <h3 className="mt-6 mb-2 flex items-center gap-2 text-lg">
                  Other devices <Badge>{others.length}</Badge>
                </h3>
                <ul>
                  {others.map((device) => (
                    <OtherDevice key={device.id} device={device} />
                  ))}
                </ul>
              </>
            )}
          </>
        );
      }}
    </Region>
  );
}

/** The switch, or why there is none. */
function Here(props: SwitchProps): ReactNode {
  const support = ownSupport();
  if (support === 'home-screen')
    return (
      <p>
        On an iPhone or iPad, put this site on the home screen first: press Share, then “Add to Home Screen”,
        open it from there, and come back to this switch.
      </p>
    );
  if (support === 'no')
    return <p>This browser cannot get push. You still get everything while a page is open.</p>;
  if (Notification.permission === 'denied' && props.own === undefined) return <p>{denied}</p>;
  return <Switch {...props} />;
}

export function PushPanel() {
  const own = useQuery({
    queryKey: ownKey,
    queryFn: async () => (ownSupport() === 'yes' ? ((await ownFingerprint()) ?? null) : null),
    meta: { where, shown: true },
  });
  return (
    <Panel title="Push">
      <Region of={own}>{(ownFinger) => <Devices ownFinger={ownFinger} />}</Region>
    </Panel>
  );
}
