/** What to type into DJ software, and where. */
import { broadcastEndpoints, type EncoderSettings } from '@slipmat/contract/broadcast';
import type { ReactNode } from 'react';
import { useAsk } from '../../api/queries.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Region } from '../../ui/region.tsx';
import { type EncoderGuide, encoderGuides } from './encoders.ts';

/** @param secret the key's secret, when it was made or renewed on this page. */
export function EncoderPanel({ secret }: { readonly secret: string | undefined }) {
  const settings = useAsk(broadcastEndpoints.encoder, undefined, {
    where: 'the encoder settings',
    shown: true,
  });
  return (
    <Panel title="Settings for your software">
      <Region of={settings}>
        {(data) => (
          <>
            <Values settings={data} secret={secret} />
            <h3 className="mt-7 mb-2 text-lg">Step by step</h3>
            {encoderGuides(data, secret).map((guide) => (
              <Guide key={guide.name} guide={guide} />
            ))}
          </>
        )}
      </Region>
    </Panel>
  );
}

function Values({
  settings,
  secret,
}: {
  readonly settings: EncoderSettings;
  readonly secret: string | undefined;
}) {
  const { host, port, mount, user, tls } = settings;
  return (
    <>
      <dl className="flex flex-col divide-y divide-line">
        <Value name="Type">Icecast 2</Value>
        <Value name="Server" copy={host} />
        <Value name="Port" copy={String(port)} />
        <Value name="Mount" copy={mount} />
        <Value name="User" copy={user} />
        {secret === undefined ? (
          <Value name="Password">
            <span className="font-sans text-quiet">one of your stream keys, below</span>
          </Value>
        ) : (
          <Value name="Password" copy={secret} />
        )}
      </dl>
      {tls && (
        <p className="mt-3 text-sm text-quiet">The same port takes encrypted connections (TLS) as well.</p>
      )}
    </>
  );
}

interface ValueProps {
  readonly name: string;
  /** The value, when it is for copying. */
  readonly copy?: string;
  readonly children?: ReactNode;
}

function Value({ name, copy, children }: ValueProps) {
  return (
    <div className="flex min-h-13 items-center gap-4 py-1">
      <dt className="w-20 shrink-0 text-sm text-quiet">{name}</dt>
      <dd className="flex min-w-0 flex-1 items-center justify-between gap-3">
        <span className="min-w-0 font-mono text-sm [overflow-wrap:anywhere] select-all">
          {copy ?? children}
        </span>
        {copy !== undefined && <CopyButton text={copy} label={`Copy: ${name}`} />}
      </dd>
    </div>
  );
}

function Guide({ guide }: { readonly guide: EncoderGuide }) {
  const { title, steps, command } = guide;
  return (
    <details name="encoder-guide" className="group border-b border-line last:border-b-0">
      <summary className="flex min-h-11 items-center gap-2 font-medium">
        <span aria-hidden="true" className="text-quiet transition-transform group-open:rotate-90">
          ▸
        </span>
        {title}
      </summary>
      <ol className="mb-4 ml-5 flex list-decimal flex-col gap-1 marker:text-quiet">
        {steps.map((step) => (
          <li key={step} className="[overflow-wrap:anywhere]">
            {step}
          </li>
        ))}
      </ol>
      {command !== undefined && (
        <div className="mb-4 flex flex-col items-start gap-2">
          <code className="w-full rounded-lg border border-line bg-sunken px-4 py-3 font-mono text-sm break-all select-all">
            {command}
          </code>
          <CopyButton text={command} label="Copy the ffmpeg command">
            Copy command
          </CopyButton>
        </div>
      )}
    </details>
  );
}
