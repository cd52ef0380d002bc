/** Where one is signed in, and signing those out. */
import { type Device, sessionsEndpoints } from '@slipmat/contract/sessions';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import { keyOf, useAct, useAsk } from '../../api/queries.ts';
import { run } from '../../api/run.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Region } from '../../ui/region.tsx';
import { Time } from '../../ui/time.tsx';
import { useSignOut } from './sign-out.ts';

const where = 'your devices';

function DeviceRow({ device }: { readonly device: Device }) {
  const cache = useQueryClient();
  const end = useAct(sessionsEndpoints.endDevice, { where, shown: true });
  const signOut = useSignOut();
  const [ended, setEnded] = useState(false);
  const endIt = (): void =>
    end.mutate(
      { params: { id: device.id } },
      {
        onSuccess: () => {
          setEnded(true);
          run(() => cache.invalidateQueries({ queryKey: keyOf(sessionsEndpoints.devices) }), where);
        },
      },
    );
  return (
    <li className="flex flex-col gap-3 border-t border-line py-4 first:border-t-0 first:pt-0">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <div>
          <p className="flex flex-wrap items-center gap-2 font-medium">
            {device.label}
            {device.current && <Badge tone="lamp">this device</Badge>}
          </p>
          <p className="text-sm text-quiet">
            Signed in <Time at={device.signedInAt} as="relative" /> · last seen{' '}
            <Time at={device.lastSeenAt} as="relative" /> · network {device.network}
          </p>
        </div>
        {device.current ? (
          <Button small onClick={signOut.start} busy={signOut.busy} aria-label="Sign out on this device">
            Sign out
          </Button>
        ) : (
          <Button
            small
            busy={end.isPending}
            disabled={ended}
            onClick={endIt}
            aria-label={`Sign out ${device.label}`}
          >
            {ended ? 'Signed out' : 'Sign out'}
          </Button>
        )}
      </div>
      {end.error !== null && (
        <ProblemNotice problem={end.error.problem} onRetry={endIt} busy={end.isPending} />
      )}
    </li>
  );
}

export function DeviceList() {
  const cache = useQueryClient();
  const devices = useAsk(sessionsEndpoints.devices, undefined, { where, shown: true });
  const endOthers = useAct(sessionsEndpoints.endOtherDevices, { where, shown: true });
  const endAll = (): void =>
    endOthers.mutate(
      {},
      {
        onSuccess: () =>
          run(() => cache.invalidateQueries({ queryKey: keyOf(sessionsEndpoints.devices) }), where),
      },
    );
  const everywhere = useSignOut('/', () => call(sessionsEndpoints.signOutEverywhere));
  const others = devices.data?.devices.filter((device) => !device.current).length ?? 0;
  return (
    <Panel
      title="Devices"
      actions={
        others > 0 && (
          <Button small variant="danger" busy={endOthers.isPending} onClick={endAll}>
            Sign out all others
          </Button>
        )
      }
    >
      {endOthers.error !== null && (
        <ProblemNotice
          problem={endOthers.error.problem}
          onRetry={endAll}
          busy={endOthers.isPending}
          className="mb-4"
        />
      )}
      {endOthers.data !== undefined && (
        <p role="status" className="mb-4 text-good">
          {endOthers.data.ended === 1
            ? 'One other device was signed out.'
            : `${String(endOthers.data.ended)} other devices were signed out.`}
        </p>
      )}
      <Region of={devices}>
        {(data) => (
          <>
            <ul>
              {data.devices.map((device) => (
                <DeviceRow key={device.id} device={device} />
              ))}
            </ul>
            {others === 0 && <p className="mt-2 text-sm text-quiet">You are signed in nowhere else.</p>}
            {others > 0 && (
              <div className="mt-2 flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-t border-line pt-4">
                <p className="text-sm text-quiet">
                  Lost a device, or somebody knows your password? Everything ends, here as well.
                </p>
                <Button small variant="danger" busy={everywhere.busy} onClick={everywhere.start}>
                  Sign out everywhere
                </Button>
              </div>
            )}
          </>
        )}
      </Region>
    </Panel>
  );
}
