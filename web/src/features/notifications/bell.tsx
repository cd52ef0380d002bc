/** The bell in the header: how many wait, and the way to them. */
import { useId, useState } from 'react';
import { paths } from '../../paths.ts';
import { classes } from '../../ui/classes.ts';
import { PlainLink } from '../../ui/link.tsx';
import { useLocation } from '../../ui/location.ts';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { type Loading, useLoaded } from '../../ui/use-loaded.ts';
import { useInbox } from './page-inbox.ts';
import { waitingOf } from './shown.ts';
import { bellCount, bellWords } from './words.ts';

const centre: Loading<typeof import('./centre.tsx')> = {
  load: () => import('./centre.tsx'),
  where: 'your notifications',
};

/** What the button opens, which is loaded when it is first pressed. */
function LoadedCentre({ id }: { readonly id: string }) {
  const { value, problem, retry } = useLoaded(centre);
  if (value !== undefined) return <value.Centre id={id} />;
  if (problem === undefined) return null;
  return (
    <div className="fixed top-15 right-6 w-96 shadow-2xl">
      <ProblemNotice problem={problem} onRetry={retry} />
    </div>
  );
}

const round = 'relative inline-flex size-11 items-center justify-center rounded-full hover:bg-sunken';

function Face({ waiting, isKnown }: { readonly waiting: number; readonly isKnown: boolean }) {
  return (
    <>
      <svg viewBox="0 0 24 24" className="size-5.5" aria-hidden="true">
        <path
          d="M12 3.2a5.8 5.8 0 0 0-5.8 5.8c0 5-2 6.2-2 7.4h15.6c0-1.2-2-2.4-2-7.4A5.8 5.8 0 0 0 12 3.2Zm-2.2 15a2.3 2.3 0 0 0 4.4 0"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.8"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </svg>
      {(waiting > 0 || !isKnown) && (
        <span
          aria-hidden="true"
          className={classes(
            'absolute top-1 right-0.5 min-w-4.5 rounded-full px-1 text-center text-[0.7rem] leading-4.5 font-bold tabular-nums',
            isKnown ? 'bg-lamp text-on-lamp' : 'bg-danger text-ground',
          )}
        >
          {isKnown ? bellCount(waiting) : '?'}
        </span>
      )}
    </>
  );
}

/** Wide screens open the newest beside the button, narrow ones go to the page. */
export function Bell() {
  const id = useId();
  const { items, stale, problem } = useInbox();
  const [path] = useLocation();
  const [wanted, setWanted] = useState(false);
  const isKnown = !stale && problem === undefined;
  const waiting = waitingOf(items ?? []);
  const label = bellWords(waiting, isKnown);
  const isHere = path === paths.notifications();
  const look = classes(round, isHere || waiting > 0 ? 'text-ink' : 'text-quiet hover:text-ink');
  const face = <Face waiting={waiting} isKnown={isKnown} />;
  const link = (shown: string) => (
    <span className={shown}>
      <PlainLink
        to={paths.notifications()}
        aria-label={label}
        aria-current={isHere ? 'page' : undefined}
        className={look}
      >
        {face}
      </PlainLink>
    </span>
  );
  if (isHere) return link('contents');
  return (
    <>
      {link('contents sm:hidden')}
      <span className="hidden sm:contents">
        <button
          type="button"
          aria-label={label}
          popoverTarget={wanted ? id : undefined}
          onClick={wanted ? undefined : () => setWanted(true)}
          className={look}
        >
          {face}
        </button>
        {wanted && <LoadedCentre id={id} />}
      </span>
    </>
  );
}
