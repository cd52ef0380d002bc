/** Who is signed in, at the top of every page, and what they can get to. */
import type { Account } from '@slipmat/contract/accounts';
import { lazy, Suspense, useId, useState } from 'react';
import { isUnreached } from '../../api/problem-error.ts';
import { run } from '../../api/run.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { ButtonLink } from '../../ui/link.tsx';
import { useLocation } from '../../ui/location.ts';
import { ProblemActionButton } from '../../ui/problem-action.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { signInPath, signUpPath, useMe } from './state.ts';

const AccountPopover = lazy(async () => ({
  default: (await import('./account-popover.tsx')).AccountPopover,
}));

/** What is behind the button is loaded when it is first pressed. */
function SignedIn({ account }: { readonly account: Account }) {
  const id = useId();
  const [wanted, setWanted] = useState(false);
  return (
    <>
      <button
        type="button"
        popoverTarget={wanted ? id : undefined}
        onClick={wanted ? undefined : () => setWanted(true)}
        aria-label={`Your account, ${account.displayName}`}
        className="inline-flex size-11 items-center justify-center rounded-full hover:bg-sunken"
      >
        <Avatar name={account.displayName} size="small" />
      </button>
      {wanted && (
        <Suspense>
          <AccountPopover id={id} account={account} />
        </Suspense>
      )}
    </>
  );
}

export function AccountMenu() {
  const { data, error, isFetching, refetch } = useMe();
  const [path] = useLocation();
  if (data === undefined) {
    if (error === null) return <Skeleton className="size-8 rounded-full" />;
    // The page itself says that the server is not reached.
    if (isUnreached(error.problem)) return null;
    if (error.problem.action === 'repair') return <ProblemActionButton problem={error.problem} />;
    return (
      <p role="status" className="text-right text-xs text-danger sm:text-sm">
        Account not known: {error.problem.title} <code className="font-mono">{error.problem.reference}</code>{' '}
        <button
          type="button"
          disabled={isFetching}
          onClick={() => run(() => refetch(), 'your account')}
          className="underline"
        >
          Try again
        </button>
      </p>
    );
  }
  if (data.account !== null) return <SignedIn account={data.account} />;
  return (
    <div className="flex items-center gap-2">
      <ButtonLink small to={signInPath(path)}>
        Sign in
      </ButtonLink>
      <span className="hidden sm:contents">
        <ButtonLink small variant="primary" to={signUpPath(path)}>
          Sign up
        </ButtonLink>
      </span>
    </div>
  );
}
