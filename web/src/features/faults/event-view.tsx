/** One event: what happened to whom, as far as it is kept. */
import type { FaultEvent } from '@slipmat/contract/faults';
import type { ReactNode } from 'react';
import { paths } from '../../paths.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Link } from '../../ui/link.tsx';
import { Time } from '../../ui/time.tsx';

function Entry({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-sm text-quiet">{name}</dt>
      <dd className="wrap-anywhere">{children}</dd>
    </div>
  );
}

function Lines({ title, lines }: { readonly title: string; readonly lines: readonly string[] }) {
  if (lines.length === 0) return null;
  return (
    <div className="min-w-0">
      <h4 className="mb-1 text-sm text-quiet">{title}</h4>
      <pre className="max-h-72 overflow-auto rounded-lg bg-sunken p-3 font-mono text-xs leading-relaxed whitespace-pre-wrap wrap-anywhere">
        {lines.join('\n')}
      </pre>
    </div>
  );
}

export function EventView({ event }: { readonly event: FaultEvent }) {
  const { sample, person } = event;
  return (
    <div className="flex flex-col gap-4">
      <dl className="grid gap-x-6 gap-y-3 sm:grid-cols-2 lg:grid-cols-3">
        <Entry name="Reference">
          <span className="inline-flex flex-wrap items-center gap-2">
            <code className="font-mono">{event.reference}</code>
            <CopyButton text={event.reference} label={`Copy the reference ${event.reference}`} />
          </span>
        </Entry>
        <Entry name="When">
          <Time at={event.at} />
        </Entry>
        <Entry name="Who">
          {person === null ? (
            'Nobody signed in'
          ) : (
            <Link to={paths.person(person.handle)}>{person.displayName}</Link>
          )}
        </Entry>
        <Entry name="Where">
          <span className="font-mono text-sm">{event.place}</span>
          {sample !== null && sample.where !== '' && <span className="text-quiet"> in {sample.where}</span>}
        </Entry>
        <Entry name="Told as">
          <span className="font-mono text-sm">{event.code}</span>
        </Entry>
        <Entry name="Browser and release">
          {event.browser} <span className="text-quiet">· {event.release}</span>
        </Entry>
      </dl>
      {sample !== null && (
        <>
          {sample.message !== '' && (
            <p className="wrap-anywhere">
              <strong className="font-semibold">{sample.name}</strong> {sample.message}
            </p>
          )}
          <Lines title="In our own code" lines={sample.frames} />
          <Lines title="Log lines of this reference" lines={sample.log} />
        </>
      )}
    </div>
  );
}
