/** The sign-in worked and the browser did not keep it: says so, and what to change. */
import { Button } from './button.tsx';

const loopback = /^(?:localhost|127\.0\.0\.1|\[::1\]|.*\.localhost)$/;

interface CookieRefusedProps {
  /** What did work: "Your name and password are right". */
  readonly worked: string;
  readonly onRetry: () => void;
}

export function CookieRefused({ worked, onRetry }: CookieRefusedProps) {
  const plain = location.protocol === 'http:' && !loopback.test(location.hostname);
  return (
    <div role="alert" className="rounded-xl border border-danger/70 bg-danger-ground px-5 py-4">
      <p className="font-semibold">Your browser did not keep the sign-in</p>
      <p className="mt-1">
        {worked}, but your browser refused the cookie that would keep you signed in. What you can change:
      </p>
      <ul className="mt-3 flex list-disc flex-col gap-1.5 pl-5">
        {plain && (
          <li>
            This address begins with <code className="font-mono">http://</code>. Browsers keep sign-ins only
            over <code className="font-mono">https://</code>: use that address, or tell whoever runs this
            server.
          </li>
        )}
        <li>
          Allow cookies for <code className="font-mono">{location.host}</code>, in the settings of your
          browser or behind the sign beside the address.
        </li>
        <li>Switch off extensions that block cookies for this site.</li>
        <li>Open this site in a window of your browser, if you are looking at it inside another app.</li>
      </ul>
      <Button small className="mt-4" onClick={onRetry}>
        Check again
      </Button>
    </div>
  );
}
