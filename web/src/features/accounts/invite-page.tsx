/** The page behind an invitation link: a member becomes a DJ. */
import { accountsEndpoints } from '@slipmat/contract/accounts';
import { can } from '@slipmat/contract/capabilities';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import * as z from 'zod/mini';
import { call } from '../../api/client.ts';
import { identityChanged } from '../../api/identity-change.ts';
import { useAct } from '../../api/queries.ts';
import { run } from '../../api/run.ts';
import { paths } from '../../paths.ts';
import { Button } from '../../ui/button.tsx';
import { tokenOf } from '../../ui/fragment-token.ts';
import { keepValue, keptValue } from '../../ui/kept.ts';
import { ButtonLink, Link } from '../../ui/link.tsx';
import { Page } from '../../ui/page.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Record } from '../../ui/record.tsx';
import { Region } from '../../ui/region.tsx';
import { SkeletonPage } from '../../ui/skeleton.tsx';
import { Time } from '../../ui/time.tsx';
import { signInPath, signUpPath, useMe } from '../sessions/state.ts';

const where = 'this invitation';
/** The token waits here while its bearer signs in or up, so that it never stands in an address that is sent. */
const keptToken = 'slipmat-invitation';

function arrivingToken(): string | null {
  const token = tokenOf(location.hash);
  if (token === null) return keptValue(sessionStorage, keptToken, z.string()) ?? null;
  keepValue(sessionStorage, keptToken, token);
  return token;
}

function Accept({ token }: { readonly token: string }) {
  const me = useMe();
  const accept = useAct(accountsEndpoints.acceptInvitation, { where, shown: true });
  const accepted = (): void => {
    keepValue(sessionStorage, keptToken, undefined);
    run(identityChanged, where);
  };
  const send = (): void => accept.mutate({ body: { token } }, { onSuccess: accepted });
  const account = me.data?.account;
  if (account === undefined) return null;
  if (account === null) {
    return (
      <div className="flex flex-col gap-4">
        <p>Sign in to accept it, or sign up first. You will come back here.</p>
        <div className="flex flex-wrap gap-3">
          <ButtonLink to={signUpPath(paths.invite())} variant="primary">
            Sign up
          </ButtonLink>
          <ButtonLink to={signInPath(paths.invite())}>Sign in</ButtonLink>
        </div>
      </div>
    );
  }
  const waits = can(account.pausedGroups, 'broadcast.send');
  if (waits || can(account.groups, 'broadcast.send')) {
    return (
      <div className="flex flex-col gap-4">
        <p role="status">
          {accept.isSuccess ? 'Welcome behind the decks.' : 'You are a DJ already.'}
          {waits && ' One thing is left: your e-mail address has to be verified. Your dashboard shows how.'}
        </p>
        <div>
          <ButtonLink to={paths.dashboard()} variant="primary">
            Open your dashboard
          </ButtonLink>
        </div>
      </div>
    );
  }
  return (
    <div className="flex flex-col gap-4">
      <p>
        You accept as <strong>{account.displayName}</strong> (@{account.handle}).
      </p>
      {accept.error !== null && (
        <ProblemNotice problem={accept.error.problem} onRetry={send} busy={accept.isPending} />
      )}
      <div>
        <Button variant="primary" busy={accept.isPending} onClick={send}>
          Become a DJ
        </Button>
      </div>
    </div>
  );
}

function Invited({ token }: { readonly token: string }) {
  const shown = useQuery({
    queryKey: ['invitation', token],
    queryFn: ({ signal }) => call(accountsEndpoints.showInvitation, { body: { token }, signal }),
    // Looking costs one of few attempts, and accepting ends it: asked once.
    staleTime: Number.POSITIVE_INFINITY,
    meta: { where, shown: true, once: true },
  });
  return (
    <Region of={shown} whole loading={<SkeletonPage />}>
      {({ from, expiresAt }) => (
        <div className="flex flex-col gap-6">
          <p className="text-lg">
            <Link to={paths.person(from.handle)}>{from.displayName}</Link> invites you to play here. The
            invitation is good until <Time at={expiresAt} />.
          </p>
          <Accept token={token} />
        </div>
      )}
    </Region>
  );
}

export function InvitePage() {
  const [token] = useState(arrivingToken);
  return (
    <Page title="Become a DJ" width="narrow">
      <Record turning={false} className="mb-8 w-36" />
      {token === null ? (
        <p>
          This link is not whole. Please open all of it, as it was sent to you; it ends in{' '}
          <code className="font-mono">#token=…</code>.
        </p>
      ) : (
        <Invited token={token} />
      )}
    </Page>
  );
}
