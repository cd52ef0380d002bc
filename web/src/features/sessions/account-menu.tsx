/** Who is signed in, at the top of every page, and what they can get to. */
import type { Account } from '@slipmat/contract/accounts';
import { type ComponentProps, useId, useRef } from 'react';
import { useLocation } from 'wouter';
import { isUnreached } from '../../api/problem-error.ts';
import { paths } from '../../paths.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { ButtonLink, PlainLink } from '../../ui/link.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useSignOut } from './sign-out.ts';
import { signInPath, signUpPath, useMe } from './state.ts';

const row = 'flex min-h-11 w-full items-center rounded-lg px-3 text-left hover:bg-sunken';

function Row({ to, children }: Pick<ComponentProps<typeof PlainLink>, 'to' | 'children'>) {
  return (
    <li>
      <PlainLink to={to} className={row}>
        {children}
      </PlainLink>
    </li>
  );
}

function SignedIn({ account }: { readonly account: Account }) {
  const id = useId();
  const menu = useRef<HTMLDivElement>(null);
  const signOut = useSignOut();
  return (
    <>
      <button
        type="button"
        popoverTarget={id}
        aria-label={`Your account, ${account.displayName}`}
        className="inline-flex size-11 items-center justify-center rounded-full hover:bg-sunken"
      >
        <Avatar name={account.displayName} size="small" />
      </button>
      <div
        ref={menu}
        id={id}
        popover="auto"
        onClickCapture={() => menu.current?.hidePopover()}
        className="fixed inset-auto top-15 right-3 m-0 w-60 rounded-2xl border border-line bg-raised p-2 text-ink shadow-2xl sm:right-6"
      >
        <p className="px-3 pt-2 pb-2">
          <span className="block truncate font-semibold">{account.displayName}</span>
          <span className="block truncate text-sm text-quiet">@{account.handle}</span>
        </p>
        <ul>
          <Row to={paths.person(account.handle)}>Your page</Row>
          <Row to={paths.settings()}>Settings and devices</Row>
          <li>
            <button type="button" className={row} onClick={signOut.start} aria-disabled={signOut.busy}>
              Sign out
            </button>
          </li>
        </ul>
      </div>
    </>
  );
}

export function AccountMenu() {
  const { data, error } = useMe();
  const [path] = useLocation();
  if (data === undefined) {
    if (error === null) return <Skeleton className="size-8 rounded-full" />;
    // The page itself says that the server is not reached.
    if (isUnreached(error.problem)) return null;
    return (
      <span role="status" className="text-sm text-danger">
        Account not known: {error.problem.title}
      </span>
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
