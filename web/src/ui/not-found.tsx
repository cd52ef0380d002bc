/** Pages for what is not there and for what is not allowed. */
import type { ReactNode } from 'react';
import { signInPath } from '../api/return-path.ts';
import { ButtonLink } from './link.tsx';
import { useLocation } from './location.ts';
import { Page } from './page.tsx';
import { Record } from './record.tsx';

interface DeadEndProps {
  readonly title: string;
  readonly children: ReactNode;
  readonly actions: ReactNode;
}

function DeadEnd({ title, children, actions }: DeadEndProps) {
  return (
    <Page title={title} ownHeading width="text">
      <div className="flex flex-col items-center gap-8 py-8 text-center sm:flex-row sm:gap-12 sm:py-16 sm:text-left">
        <Record turning={false} className="w-40 shrink-0 sm:w-56" />
        <div className="flex flex-col gap-4">
          <h1 className="wide-title text-3xl sm:text-4xl">{title}</h1>
          <p className="text-lg text-quiet">{children}</p>
          <div className="flex flex-wrap justify-center gap-3 sm:justify-start">{actions}</div>
        </div>
      </div>
    </Page>
  );
}

/** Nothing stands at this address, or it is not for the reader to see. */
export function NotFound({ children }: { readonly children?: ReactNode }) {
  return (
    <DeadEnd
      title="Nothing on this side"
      actions={
        <ButtonLink to="/" variant="primary">
          See what is on
        </ButtonLink>
      }
    >
      {children ??
        'There is no page at this address, or it is not for you to see. The link may be old or mistyped.'}
    </DeadEnd>
  );
}

interface NotAllowedProps {
  /** What the page is for, as the end of "You need … ". */
  readonly need?: string;
  readonly signedIn: boolean;
}

/** The page exists, and this person may not use it. */
export function NotAllowed({ need = 'another role', signedIn }: NotAllowedProps) {
  const [path] = useLocation();
  return (
    <DeadEnd
      title={signedIn ? 'Not allowed' : 'Please sign in'}
      actions={
        <>
          {!signedIn && (
            <ButtonLink to={signInPath(path + location.search)} variant="primary">
              Sign in
            </ButtonLink>
          )}
          <ButtonLink to="/">See what is on</ButtonLink>
        </>
      }
    >
      {signedIn
        ? `You need ${need} for this page. Mentors and staff can help.`
        : 'This page is for people who are signed in. You will come back here afterwards.'}
    </DeadEnd>
  );
}
