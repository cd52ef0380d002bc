/** The browser does not keep the sign-in: says so, and what to change. */
import { paths } from '../paths.ts';
import { Button } from './button.tsx';
import { CookieAdviceList } from './cookie-advice-list.tsx';
import { Link } from './link.tsx';

interface CookieRefusedProps {
  /** What did work: "Your name and password are right". */
  readonly worked: string;
  readonly onRetry: () => void;
  /** It is being asked again. */
  readonly busy?: boolean;
}

/** After signing in: it worked, and the cookie did not come back. */
export function CookieRefused({ worked, onRetry, busy = false }: CookieRefusedProps) {
  return (
    <div role="alert" className="rounded-xl border border-danger bg-danger-ground px-5 py-4">
      <p className="font-semibold">Your browser did not keep the sign-in</p>
      <p className="mt-1 mb-3">
        {worked}, but your browser refused the cookie that would keep you signed in. What you can change, the
        likeliest first:
      </p>
      <CookieAdviceList />
      <p className="mt-3">Then sign in again; before that, it would not help.</p>
      <div className="mt-4 flex flex-wrap items-center gap-x-5 gap-y-2">
        <Button small busy={busy} onClick={onRetry}>
          Check again
        </Button>
        <Link to={paths.signedIn()}>See who takes you for whom</Link>
      </div>
    </div>
  );
}

/** Before signing in, where it is known already that it will not last. Draws nothing where cookies are kept. */
export function CookiesBlocked() {
  if (navigator.cookieEnabled) return null;
  return (
    <div role="alert" className="rounded-xl border border-danger bg-danger-ground px-5 py-4">
      <p className="font-semibold">Your browser blocks cookies here</p>
      <p className="mt-1 mb-3">
        Signing in takes one cookie, and without it you would be signed out again at once. What you can
        change:
      </p>
      <CookieAdviceList />
    </div>
  );
}
