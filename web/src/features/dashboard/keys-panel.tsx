/** Stream keys: made, renewed, revoked. A secret is shown once. */
import { broadcastEndpoints, broadcastLimits, type StreamKey } from '@slipmat/contract/broadcast';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { keyOf, queries, useAct, useAsk } from '../../api/queries.ts';
import { run } from '../../api/run.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Field } from '../../ui/field.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Region } from '../../ui/region.tsx';
import { Time } from '../../ui/time.tsx';

export interface FreshSecret {
  readonly keyId: string;
  readonly name: string;
  readonly secret: string;
}

interface KeysPanelProps {
  /** The secret that was made on this page last. */
  readonly fresh: FreshSecret | undefined;
  readonly onFresh: (secret: FreshSecret | undefined) => void;
}

function askAgain(): void {
  run(() => queries.invalidateQueries({ queryKey: keyOf(broadcastEndpoints.keys) }), 'your stream keys');
}

export function KeysPanel({ fresh, onFresh }: KeysPanelProps) {
  const keys = useAsk(broadcastEndpoints.keys, undefined, { where: 'your stream keys', shown: true });
  return (
    <Panel title="Stream keys">
      {fresh !== undefined && <SecretOnce fresh={fresh} />}
      <Region of={keys}>
        {(data) => (
          <>
            {data.keys.length === 0 ? (
              <Empty>No key yet. Make one and paste it into the field “Password” of your software.</Empty>
            ) : (
              <ul className="flex flex-col divide-y divide-line">
                {data.keys.map((key) => (
                  <KeyRow key={key.id} streamKey={key} fresh={fresh} onFresh={onFresh} />
                ))}
              </ul>
            )}
            {data.keys.length < broadcastLimits.keysPerDj ? (
              <NewKey onFresh={onFresh} />
            ) : (
              <p className="mt-4 text-quiet">
                {broadcastLimits.keysPerDj} keys are the limit. Revoke one to make another.
              </p>
            )}
          </>
        )}
      </Region>
    </Panel>
  );
}

function SecretOnce({ fresh }: { readonly fresh: FreshSecret }) {
  const box = useRef<HTMLDivElement>(null);
  const { secret } = fresh;
  // The button that made it may be a screen away.
  useEffect(() => {
    if (secret !== '') box.current?.scrollIntoView({ block: 'center' });
  }, [secret]);
  return (
    <div ref={box} role="status" className="mb-5 rounded-xl border border-accent bg-glow p-4">
      <p className="font-semibold">The key “{fresh.name}”. Copy it now: it is not shown again.</p>
      <div className="mt-2 flex flex-wrap items-center justify-between gap-3">
        <code className="font-mono break-all select-all">{fresh.secret}</code>
        <CopyButton text={fresh.secret} label={`Copy the key ${fresh.name}`} variant="primary">
          Copy key
        </CopyButton>
      </div>
    </div>
  );
}

function NewKey({ onFresh }: Pick<KeysPanelProps, 'onFresh'>) {
  const [name, setName] = useState('');
  const create = useAct(broadcastEndpoints.createKey, { where: 'making a stream key', shown: true });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const wanted = name.trim();
    create.mutate(
      { body: wanted === '' ? {} : { name: wanted } },
      {
        onSuccess({ key, secret }) {
          setName('');
          onFresh({ keyId: key.id, name: key.name, secret });
          askAgain();
        },
      },
    );
  };
  return (
    <form onSubmit={submit} className="mt-5 flex flex-col gap-3">
      <div className="flex flex-wrap items-end gap-3">
        <div className="min-w-0 flex-1 basis-48">
          <Field
            label="Name of a new key"
            placeholder="My encoder"
            maxLength={60}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </div>
        <Button type="submit" variant="primary" busy={create.isPending}>
          Make a key
        </Button>
      </div>
      {create.error !== null && <ProblemNotice problem={create.error.problem} />}
    </form>
  );
}

type Asking = 'rotate' | 'revoke';

const questions = {
  rotate: {
    title: 'Give this key a new secret?',
    text: 'The old secret stops working for new connections. What is connected with it stays connected.',
    act: 'New secret',
  },
  revoke: {
    title: 'Revoke this key?',
    text: 'Software that uses it cannot connect any more, and a source connected with it is cut off at once.',
    act: 'Revoke key',
  },
} as const satisfies Record<Asking, object>;

function KeyRow({ streamKey, fresh, onFresh }: KeysPanelProps & { readonly streamKey: StreamKey }) {
  const { id, name, hint, createdAt, lastUsedAt } = streamKey;
  const [asking, setAsking] = useState<Asking>();
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 py-3">
      <div className="min-w-0">
        <p className="font-medium [overflow-wrap:anywhere]">
          {name} <code className="font-mono text-sm text-quiet">{hint}…</code>
        </p>
        <p className="text-sm text-quiet">
          Made <Time at={createdAt} as="relative" />,{' '}
          {lastUsedAt === null ? (
            'not used yet'
          ) : (
            <>
              last used <Time at={lastUsedAt} as="relative" />
            </>
          )}
        </p>
      </div>
      <div className="flex gap-2">
        <Button small onClick={() => setAsking('rotate')}>
          New secret
        </Button>
        <Button small variant="danger" onClick={() => setAsking('revoke')}>
          Revoke
        </Button>
      </div>
      {asking !== undefined && (
        <KeyQuestion
          streamKey={streamKey}
          asking={asking}
          onClose={() => setAsking(undefined)}
          onRotated={(secret) => onFresh({ keyId: id, name, secret })}
          onRevoked={() => {
            if (fresh?.keyId === id) onFresh(undefined);
          }}
        />
      )}
    </li>
  );
}

interface KeyQuestionProps {
  readonly streamKey: StreamKey;
  readonly asking: Asking;
  readonly onClose: () => void;
  readonly onRotated: (secret: string) => void;
  readonly onRevoked: () => void;
}

function KeyQuestion({ streamKey, asking, onClose, onRotated, onRevoked }: KeyQuestionProps) {
  const rotate = useAct(broadcastEndpoints.rotateKey, { where: 'renewing a stream key', shown: true });
  const revoke = useAct(broadcastEndpoints.revokeKey, { where: 'revoking a stream key', shown: true });
  const question = questions[asking];
  const params = { id: streamKey.id };
  const done = (): void => {
    askAgain();
    onClose();
  };
  const act = (): void => {
    if (asking === 'rotate')
      rotate.mutate(
        { params },
        {
          onSuccess({ secret }) {
            onRotated(secret);
            done();
          },
        },
      );
    else
      revoke.mutate(
        { params },
        {
          onSuccess() {
            onRevoked();
            done();
          },
        },
      );
  };
  const problem = (rotate.error ?? revoke.error)?.problem;
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={question.title}
      description={`“${streamKey.name}”. ${question.text}`}
      actions={
        <>
          <Button onClick={onClose}>Keep it as it is</Button>
          <Button
            variant={asking === 'revoke' ? 'danger' : 'primary'}
            busy={rotate.isPending || revoke.isPending}
            onClick={act}
          >
            {question.act}
          </Button>
        </>
      }
    >
      {problem !== undefined && <ProblemNotice problem={problem} />}
    </Dialog>
  );
}
