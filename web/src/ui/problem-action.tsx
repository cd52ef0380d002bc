/** What a person can do about a problem, as a button. */
import type { Problem } from '@slipmat/contract/problems';
import { useState } from 'react';
import { repairSession } from '../api/me.ts';
import { signInPath } from '../api/return-path.ts';
import { run } from '../api/run.ts';
import { Button } from './button.tsx';
import { ButtonLink } from './link.tsx';
import { useLocation } from './location.ts';

interface ProblemActionProps {
  readonly problem: Problem;
  /** Does again what failed; without it, only loading the page again is offered. */
  readonly onRetry?: (() => void) | undefined;
  readonly busy?: boolean;
}

function reload(): void {
  location.reload();
}

/** The button for the problem's action; nothing when only other words or other people help. */
export function ProblemActionButton({ problem, onRetry, busy = false }: ProblemActionProps) {
  const [path] = useLocation();
  switch (problem.action) {
    case 'retry':
    case 'reload':
      return (
        <>
          {onRetry !== undefined && (
            <Button small busy={busy} onClick={onRetry}>
              Try again
            </Button>
          )}
          {(onRetry === undefined || problem.action === 'reload') && (
            <Button small onClick={reload}>
              Reload the page
            </Button>
          )}
        </>
      );
    case 'sign-in':
      return (
        <ButtonLink small to={signInPath(path + location.search)}>
          Sign in
        </ButtonLink>
      );
    case 'repair':
      return <RepairButton />;
    case 'contact':
    case 'none':
      return null;
  }
}

/** Signs this browser out completely, so that one account can be chosen by signing in. */
function RepairButton() {
  const [busy, setBusy] = useState(false);
  const [, navigate] = useLocation();
  const repair = async (): Promise<void> => {
    setBusy(true);
    try {
      await repairSession();
      navigate('/sign-in');
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button small busy={busy} onClick={() => run(repair, 'signing out')}>
      Sign out here and choose
    </Button>
  );
}
