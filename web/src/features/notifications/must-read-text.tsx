/** The text of what must be read: folded while it is long, with what changed for those who knew it before. */
import type { NotificationItem, NotificationWords } from '@slipmat/contract/notifications';
import { useCallback, useId, useState } from 'react';
import { classes } from '../../ui/classes.ts';
import { Markdown } from '../../ui/markdown.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { type Loading, useLoaded } from '../../ui/use-loaded.ts';
import { GoLink } from './go-link.tsx';

const marking: Loading<typeof import('./changes-view.tsx')> = {
  load: () => import('./changes-view.tsx'),
  where: 'what was changed',
};

/** The text with its changes marked; while that is not loaded, and should it not come, the text. */
function ChangedText({
  now,
  before,
}: {
  readonly now: NotificationWords;
  readonly before: NotificationWords;
}) {
  const { value, problem, retry } = useLoaded(marking);
  if (value !== undefined) return <value.Changes before={before} now={now} />;
  return (
    <>
      {problem !== undefined && <ProblemNotice problem={problem} onRetry={retry} />}
      {now.text !== '' && <Markdown text={now.text} />}
    </>
  );
}

/** Pixels of text that are cut off before folding is worth a button. */
const worthIt = 8;

export function MustReadText({ item }: { readonly item: NotificationItem }) {
  const { notification, reading } = item;
  const { text, link, before } = notification;
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  const [isLong, setLong] = useState(false);
  const measure = useCallback((element: HTMLElement | null) => {
    if (element === null) return undefined;
    const observer = new ResizeObserver(() =>
      setLong((was) => was || element.scrollHeight - element.clientHeight > worthIt),
    );
    // The text grows when its drawing is loaded; the box around it does not.
    for (const one of [element, ...element.children]) observer.observe(one);
    return () => observer.disconnect();
  }, []);
  const isChanged = reading.confirmedBeforeAt !== null && before !== null;
  return (
    <>
      <div
        ref={measure}
        id={id}
        className={classes(
          'max-w-3xl',
          isOpen ? 'max-h-[45dvh] overflow-y-auto' : 'max-h-[4.65em] overflow-hidden',
          isLong && !isOpen && 'mask-b-from-50%',
        )}
      >
        <div className="flex flex-col gap-3">
          {isChanged && <ChangedText before={before} now={notification} />}
          {!isChanged && text !== '' && <Markdown text={text} />}
        </div>
      </div>
      <div className="flex flex-wrap gap-3 empty:hidden">
        {isLong && (
          <button
            type="button"
            aria-expanded={isOpen}
            aria-controls={id}
            onClick={() => setOpen(!isOpen)}
            className="min-h-9 rounded-md text-sm font-medium text-accent underline underline-offset-4"
          >
            {isOpen ? 'Show less' : 'Show all of it'}
          </button>
        )}
        {link !== null && <GoLink to={link} />}
      </div>
    </>
  );
}
