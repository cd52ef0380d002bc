/** Links that make members DJs: made, shown once, withdrawn. */
import { accountsEndpoints, type Invitation } from '@slipmat/contract/accounts';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { keyOf, useAct, useAsk } from '../../api/queries.ts';
import { run } from '../../api/run.ts';
import { paths } from '../../paths.ts';
import { Badge, type BadgeTone } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Field } from '../../ui/field.tsx';
import { Link } from '../../ui/link.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Region } from '../../ui/region.tsx';
import { Time } from '../../ui/time.tsx';
import { submitting, useForm } from '../../ui/use-form.ts';

const where = 'invitations';
const tones: Readonly<Record<Invitation['state'], BadgeTone>> = {
  open: 'lamp',
  accepted: 'good',
  withdrawn: 'plain',
  expired: 'plain',
};

function FreshLink({ link, onDone }: { readonly link: string; readonly onDone: () => void }) {
  return (
    <div role="status" className="mt-5 rounded-xl border border-lamp bg-glow p-4">
      <p className="font-semibold">Here is the link. It is shown this once.</p>
      <p className="mt-1 text-sm text-quiet">Send it to one person. Whoever opens it first becomes a DJ.</p>
      <p className="mt-3 rounded-lg bg-sunken px-3 py-2 font-mono text-sm break-all select-all">{link}</p>
      <div className="mt-3 flex flex-wrap gap-3">
        <CopyButton text={link} variant="primary" small={false}>
          Copy the link
        </CopyButton>
        <Button onClick={onDone}>I have it</Button>
      </div>
    </div>
  );
}

function MakeInvitation() {
  const cache = useQueryClient();
  const make = useAct(accountsEndpoints.invite, { where, shown: true });
  const form = useForm({ note: '' }, make.error?.problem);
  const [link, setLink] = useState<string>();
  const send = (): void =>
    make.mutate(
      { body: form.values },
      {
        onSuccess: (reply) => {
          setLink(reply.link);
          form.set('note', '');
          run(() => cache.invalidateQueries({ queryKey: keyOf(accountsEndpoints.invitations) }), where);
        },
      },
    );
  return (
    <>
      <form
        ref={form.ref}
        noValidate
        className="flex flex-col gap-4"
        onSubmit={submitting(form, accountsEndpoints.invite.body, (values) => values, send)}
      >
        <Field
          label="For whom"
          hint="A note for yourself; nobody else sees it."
          placeholder="Ana, plays dub techno"
          maxLength={200}
          {...form.bind('note')}
        />
        {form.rest !== undefined && (
          <ProblemNotice problem={form.rest} onRetry={send} busy={make.isPending} />
        )}
        <div>
          <Button type="submit" variant="primary" busy={make.isPending}>
            Make a link
          </Button>
        </div>
      </form>
      {link !== undefined && <FreshLink link={link} onDone={() => setLink(undefined)} />}
    </>
  );
}

function Row({ invitation }: { readonly invitation: Invitation }) {
  const cache = useQueryClient();
  const withdraw = useAct(accountsEndpoints.withdrawInvitation, { where, shown: true });
  const send = (): void =>
    withdraw.mutate(
      { params: { id: invitation.id } },
      {
        onSettled: () =>
          run(() => cache.invalidateQueries({ queryKey: keyOf(accountsEndpoints.invitations) }), where),
      },
    );
  const { note, state, acceptedBy, createdAt, expiresAt } = invitation;
  return (
    <li className="flex flex-col gap-3 border-t border-line py-3">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-48">
          <p className="flex flex-wrap items-center gap-2">
            <span className={note === '' ? 'text-quiet' : 'font-medium wrap-anywhere'}>
              {note === '' ? 'No note' : note}
            </span>
            <Badge tone={tones[state]}>{state}</Badge>
          </p>
          <p className="text-sm text-quiet">
            Made <Time at={createdAt} as="relative" />
            {state === 'open' && (
              <>
                {' '}
                · good until <Time at={expiresAt} />
              </>
            )}
            {acceptedBy !== null && (
              <>
                {' '}
                · by <Link to={paths.person(acceptedBy.handle)}>{acceptedBy.displayName}</Link>
              </>
            )}
          </p>
        </div>
        {state === 'open' && (
          <Button small variant="danger" busy={withdraw.isPending} onClick={send}>
            Withdraw
          </Button>
        )}
      </div>
      {withdraw.error !== null && (
        <ProblemNotice problem={withdraw.error.problem} onRetry={send} busy={withdraw.isPending} />
      )}
    </li>
  );
}

export function Invitations() {
  const asked = useAsk(accountsEndpoints.invitations, undefined, { where, shown: true });
  return (
    <Panel title="Invite a DJ">
      <MakeInvitation />
      <h3 className="mt-8 mb-2 text-lg">Your invitations</h3>
      <Region of={asked}>
        {({ invitations }) =>
          invitations.length === 0 ? (
            <Empty>You have not invited anybody yet.</Empty>
          ) : (
            <ul>
              {invitations.map((invitation) => (
                <Row key={invitation.id} invitation={invitation} />
              ))}
            </ul>
          )
        }
      </Region>
    </Panel>
  );
}
