/** Signed in to two accounts at once: which one to keep. */
import { type ConflictingAccount, sessionsEndpoints } from '@slipmat/contract/sessions';
import { useEffect } from 'react';
import { useEntering } from '../../api/entering.ts';
import { keyOf, queries, useAsk } from '../../api/queries.ts';
import { run } from '../../api/run.ts';
import { paths } from '../../paths.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import { CookieRefused } from '../../ui/cookie-refused.tsx';
import { ButtonLink, Link } from '../../ui/link.tsx';
import { useSearch } from '../../ui/location.ts';
import { Page } from '../../ui/page.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Region } from '../../ui/region.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Time } from '../../ui/time.tsx';
import { useGoBack } from './go-back.ts';
import { useSignOut } from './sign-out.ts';
import { returnPath, useMe } from './state.ts';

export function ConflictPage() {
  const wanted = useSearch().get('return');
  const returnTo = returnPath(wanted);
  const goBack = useGoBack(wanted);
  const asked = useAsk(sessionsEndpoints.conflict, undefined, {
    where: 'the accounts of this browser',
    shown: true,
    // Both stay on screen while the choice takes effect.
    once: true,
  });
  // Here, because the choice itself leaves the screen when the accounts are asked for again.
  const choose = useChoosing();
  const isKept = choose.data === 'kept';
  useEffect(() => {
    if (!isKept) return;
    queries.removeQueries({ queryKey: keyOf(sessionsEndpoints.conflict) });
    goBack();
  }, [isKept, goBack]);
  return (
    <Region of={asked} whole loading={<Loading />}>
      {({ accounts }) =>
        accounts.length < 2 && !choose.isPending && !isKept ? (
          <NoConflict account={accounts[0]} returnTo={returnTo} />
        ) : (
          <Choice accounts={accounts} returnTo={returnTo} choose={choose} askAgain={() => asked.refetch()} />
        )
      }
    </Region>
  );
}

function useChoosing() {
  return useEntering(sessionsEndpoints.choose, 'choosing an account');
}

interface ChoiceProps {
  readonly accounts: readonly ConflictingAccount[];
  readonly returnTo: string;
  readonly choose: ReturnType<typeof useChoosing>;
  readonly askAgain: () => Promise<unknown>;
}

const counts: Readonly<Record<number, string>> = { 2: 'Two', 3: 'Three', 4: 'Four' };

function Choice({ accounts, returnTo, choose, askAgain }: ChoiceProps) {
  const me = useMe();
  const signOut = useSignOut(returnTo);
  const busy = choose.isPending || signOut.busy || choose.data === 'kept';
  const number = counts[accounts.length] ?? String(accounts.length);
  const all = accounts.length === 2 ? 'both' : 'all of them';
  return (
    <Page
      title={accounts.length === 2 ? 'Signed in twice' : `Signed in ${String(accounts.length)} times`}
      lead={`${number} accounts are signed in to this browser at once. Nothing is done for any of them, so that nothing happens in the wrong name. Which one do you want to be here?`}
    >
      <ul className="grid gap-4 sm:grid-cols-2 sm:gap-6">
        {accounts.map((account) => (
          <AccountCard
            key={account.session}
            account={account}
            busy={busy}
            chosen={busy && choose.variables?.body.session === account.session}
            onKeep={() => choose.mutate({ body: { session: account.session } })}
          />
        ))}
      </ul>
      {choose.error !== null && (
        <ProblemNotice
          problem={choose.error.problem}
          onRetry={() => run(askAgain, 'the accounts of this browser')}
          className="mt-6"
        />
      )}
      {choose.data === 'refused' && (
        <div className="mt-6">
          <CookieRefused
            worked="You chose an account"
            onRetry={() => run(askAgain, 'the accounts of this browser')}
            busy={me.isFetching}
          />
        </div>
      )}
      {choose.data === 'unknown' && <NotSure />}
      <div className="mt-8 flex flex-col items-start gap-3 border-t border-line pt-6">
        <p className="text-quiet">
          The other account is signed out in this browser only; it stays signed in on other devices, and
          nothing in it is lost.
        </p>
        <Button variant="danger" busy={signOut.busy} disabled={choose.isPending} onClick={signOut.start}>
          Sign out of {all}
        </Button>
      </div>
    </Page>
  );
}

/** Chosen, and it could not be seen whether that was enough; the problem itself floats. */
function NotSure() {
  return (
    <p role="status" className="mt-6 rounded-xl border border-edge px-5 py-4">
      You have chosen, but the server still does not know who you are.{' '}
      <Link to={paths.signedIn()}>The check</Link> shows why, and what else helps.
    </p>
  );
}

interface AccountCardProps {
  readonly account: ConflictingAccount;
  readonly busy: boolean;
  /** This is the one that is being kept. */
  readonly chosen: boolean;
  readonly onKeep: () => void;
}

function AccountCard({ account, busy, chosen, onKeep }: AccountCardProps) {
  const { person, signedInAt, cookie } = account;
  return (
    <li className="flex min-w-0 flex-col gap-5 rounded-2xl border border-line bg-raised p-5 sm:p-7">
      <div className="flex min-w-0 items-center gap-4">
        <Avatar name={person.displayName} size="large" />
        <div className="min-w-0">
          <h2 className="text-xl wrap-anywhere">{person.displayName}</h2>
          <p className="text-quiet wrap-anywhere">@{person.handle}</p>
        </div>
      </div>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 text-sm">
        <dt className="text-quiet">Signed in</dt>
        <dd>
          <Time at={signedInAt} />
        </dd>
        <dt className="text-quiet">By the cookie</dt>
        <dd className="font-mono wrap-anywhere">{cookie}</dd>
      </dl>
      <Button
        variant="primary"
        className="mt-auto"
        busy={chosen}
        disabled={busy && !chosen}
        onClick={onKeep}
        aria-label={`Keep this one: ${person.displayName}, @${person.handle}`}
      >
        Keep this one
      </Button>
    </li>
  );
}

function NoConflict({
  account,
  returnTo,
}: {
  readonly account: ConflictingAccount | undefined;
  readonly returnTo: string;
}) {
  return (
    <Page
      title="Signed in once"
      lead={
        account === undefined
          ? 'Nobody is signed in to this browser, so there is nothing to choose.'
          : `Only ${account.person.displayName} (@${account.person.handle}) is signed in to this browser, so there is nothing to choose.`
      }
    >
      <div className="flex flex-wrap gap-3">
        <ButtonLink to={returnTo} variant="primary">
          Go on
        </ButtonLink>
        <ButtonLink to={paths.signedIn()}>Am I really signed in?</ButtonLink>
      </div>
    </Page>
  );
}

function Loading() {
  return (
    <Page title="Signed in twice" lead="Looking which accounts are signed in to this browser.">
      <div role="status" className="grid gap-4 sm:grid-cols-2 sm:gap-6">
        <span className="sr-only">Loading the accounts</span>
        {['one', 'two'].map((key) => (
          <div key={key} className="flex flex-col gap-5 rounded-2xl border border-line bg-raised p-5 sm:p-7">
            <div className="flex items-center gap-4">
              <Skeleton className="size-20 shrink-0 rounded-full" />
              <div className="flex flex-1 flex-col gap-2">
                <Skeleton className="h-6 w-3/5" />
                <Skeleton className="h-4 w-2/5" />
              </div>
            </div>
            <Skeleton className="h-4 w-4/5" />
            <Skeleton className="h-11 w-full rounded-full" />
          </div>
        ))}
      </div>
    </Page>
  );
}
