/** One's e-mail address: whether it is verified, and the way there. */
import type { Account } from '@slipmat/contract/accounts';
import { type EmailStanding, mailEndpoints } from '@slipmat/contract/mail';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { keyOf, useAct } from '../../api/queries.ts';
import { run } from '../../api/run.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Region } from '../../ui/region.tsx';
import { Time } from '../../ui/time.tsx';
import { ChangeAddress } from './change-address.tsx';
import { isWaiting, useAddress, where } from './use-address.ts';

function State({ verifiedAt, bounced }: EmailStanding) {
  if (bounced) return <Badge tone="danger">comes back</Badge>;
  return verifiedAt === null ? <Badge tone="lamp">not verified</Badge> : <Badge tone="good">verified</Badge>;
}

/** Where the link is, in words. */
function Link({ sent, email, mailIsSent }: EmailStanding) {
  if (sent === null) return null;
  const isNew = email !== null && sent.to !== email;
  return (
    <p role="status" className="mt-3">
      {mailIsSent ? (
        <>
          A link was sent to <strong className="break-all">{sent.to}</strong>{' '}
          <Time at={sent.at} as="relative" />. Open it, on this device or another; it may be among the spam.
        </>
      ) : (
        <>
          This Slipmat sends no e-mail. The link for <strong className="break-all">{sent.to}</strong> waits
          with its owner: ask them for it.
        </>
      )}
      {isNew && ' Until then the old address stays.'}
    </p>
  );
}

function label({ sent, mailIsSent }: EmailStanding): string {
  if (!mailIsSent) return sent === null ? 'Make a link' : 'Make a new link';
  return sent === null ? 'Send the link' : 'Send the link again';
}

function SendLink({ standing }: { readonly standing: EmailStanding }) {
  const cache = useQueryClient();
  const send = useAct(mailEndpoints.sendLink, { where, shown: true });
  const press = (): void =>
    send.mutate(
      {},
      {
        onSuccess: () =>
          run(() => cache.invalidateQueries({ queryKey: keyOf(mailEndpoints.address) }), where),
      },
    );
  return (
    <>
      <Button variant="primary" busy={send.isPending} onClick={press}>
        {label(standing)}
      </Button>
      {send.error !== null && (
        <ProblemNotice
          problem={send.error.problem}
          onRetry={press}
          busy={send.isPending}
          className="basis-full"
        />
      )}
    </>
  );
}

function Standing({ standing }: { readonly standing: EmailStanding }) {
  const [changes, setChanges] = useState(false);
  const { email, bounced } = standing;
  return (
    <>
      <p className="flex flex-wrap items-center gap-3">
        <span className="min-w-0 font-medium break-all">
          {email ?? 'You have no address here yet: the old site that your account came from had none.'}
        </span>
        {email !== null && <State {...standing} />}
      </p>
      {bounced && (
        <p className="mt-3">
          Mail to this address came back several times, so nothing is sent there any more. Enter another one,
          or have a link sent when it works again.
        </p>
      )}
      <Link {...standing} />
      <div className="mt-5 flex flex-wrap gap-3">
        {email !== null && isWaiting(standing) && <SendLink standing={standing} />}
        {!changes && (
          <Button onClick={() => setChanges(true)}>
            {email === null ? 'Enter an address' : 'Change the address'}
          </Button>
        )}
      </div>
      {changes && <ChangeAddress onDone={() => setChanges(false)} />}
    </>
  );
}

export function EmailPanel({ account }: { readonly account: Account }) {
  const asked = useAddress(account);
  return (
    <Panel title="E-mail">
      <Region of={asked}>{(standing) => <Standing standing={standing} />}</Region>
    </Panel>
  );
}
