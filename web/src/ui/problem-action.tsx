/** What a person can do about a problem, as a button. */
import type { Problem } from '@slipmat/contract/problems';
import { signInPath, withReturn } from '../api/return-path.ts';
import { goToRead } from '../api/to-read.ts';
import { paths } from '../paths.ts';
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
  const [path, go] = useLocation();
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
      return <RepairLink conflict={problem.code === 'session-conflict'} from={path} />;
    case 'read':
      return (
        <Button small onClick={() => goToRead() || go(paths.notifications())}>
          Read it
        </Button>
      );
    case 'contact':
    case 'none':
      return null;
  }
}

/** Leads to where an account is chosen, or where one sees who takes one for whom. */
function RepairLink({ conflict, from }: { readonly conflict: boolean; readonly from: string }) {
  const to = conflict ? paths.conflict() : paths.signedIn();
  if (from === to) return null;
  return (
    <ButtonLink small to={withReturn(to, from + location.search)}>
      {conflict ? 'Choose an account' : 'Check the sign-in'}
    </ButtonLink>
  );
}
