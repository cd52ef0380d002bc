/** What to change so that the browser keeps the sign-in, the likeliest first. */
import type { ReactNode } from 'react';
import { type Advice, adviceFor, thisBrowser } from './cookie-advice.ts';

function words(advice: Advice): ReactNode {
  switch (advice) {
    case 'blocked':
      return (
        <>
          Your browser says that it keeps no cookies here. Allow them for{' '}
          <code className="font-mono">{location.host}</code>, in its settings or behind the sign beside the
          address.
        </>
      );
    case 'plain-http':
      return (
        <>
          This address begins with <code className="font-mono">http://</code>. Browsers keep sign-ins only
          over <code className="font-mono">https://</code>: use that address, or tell whoever runs this
          server.
        </>
      );
    case 'framed':
      return (
        <>
          This page is shown inside a page of another site, where browsers keep no cookies.{' '}
          <a
            href={location.href}
            target="_blank"
            rel="noopener noreferrer"
            className="text-accent underline underline-offset-4"
          >
            Open it in a tab of its own
          </a>
          .
        </>
      );
    case 'web-view':
      return 'You seem to be looking at this site inside another app, which forgets sign-ins. Open it in your browser: look for “Open in browser” in the app’s menu.';
    case 'allow':
      return (
        <>
          Allow cookies for <code className="font-mono">{location.host}</code>, in the settings of your
          browser or behind the sign beside the address.
        </>
      );
    case 'extensions':
      return 'Switch off extensions that block or delete cookies for this site.';
    case 'private-window':
      return 'In a private window, try an ordinary one: private windows may refuse cookies, and forget them when they close.';
    case 'clock':
      return 'Look at the date and time of your device: with a wrong date, cookies have run out before they begin.';
  }
}

export function CookieAdviceList() {
  return (
    <ul className="flex list-disc flex-col gap-1.5 pl-5">
      {adviceFor(thisBrowser()).map((advice) => (
        <li key={advice}>{words(advice)}</li>
      ))}
    </ul>
  );
}
