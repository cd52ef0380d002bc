/** What can be done with an event in its state: publish, end, cancel. */
import { type EventDetail, eventsEndpoints } from '@slipmat/contract/events';
import { useState } from 'react';
import { useAct } from '../../api/queries.ts';
import { paths } from '../../paths.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Time } from '../../ui/time.tsx';
import { statusWords } from './status-words.ts';

interface ActsProps {
  readonly event: EventDetail;
  /** There are changes that were not saved; publishing would leave them out. */
  readonly dirty: boolean;
  readonly onDone: () => void;
}

interface FinalActProps {
  readonly event: EventDetail;
  readonly kind: 'cancel' | 'end';
  readonly onDone: () => void;
}

const finalWords = {
  cancel: {
    button: 'Cancel the event',
    title: 'Cancel this event?',
    sentence: 'Its page will say that it is cancelled. This cannot be taken back.',
  },
  end: {
    button: 'End it now',
    title: 'End this event?',
    sentence: 'The sound stops for everybody, and the cool-down begins. This cannot be taken back.',
  },
} as const;

function FinalAct({ event, kind, onDone }: FinalActProps) {
  const [open, setOpen] = useState(false);
  const act = useAct(eventsEndpoints[kind], { where: 'this event', shown: true });
  const words = finalWords[kind];
  const send = (): void =>
    act.mutate(
      { params: { slug: event.slug } },
      {
        onSuccess: () => {
          setOpen(false);
          onDone();
        },
      },
    );
  return (
    <>
      <Button small variant="danger" onClick={() => setOpen(true)}>
        {words.button}
      </Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title={words.title}
        description={words.sentence}
        actions={
          <>
            <Button onClick={() => setOpen(false)}>Keep it</Button>
            <Button variant="danger" busy={act.isPending} onClick={send}>
              {words.button}
            </Button>
          </>
        }
      >
        {act.error !== null && (
          <ProblemNotice problem={act.error.problem} onRetry={send} busy={act.isPending} />
        )}
      </Dialog>
    </>
  );
}

export function EventActs({ event, dirty, onDone }: ActsProps) {
  const publish = useAct(eventsEndpoints.publish, { where: 'this event', shown: true });
  const send = (): void => publish.mutate({ params: { slug: event.slug } }, { onSuccess: onDone });
  const { status } = event;
  const upcoming = status === 'draft' || status === 'scheduled' || status === 'warm-up';
  return (
    <section
      aria-label="State"
      className="flex flex-col gap-4 rounded-2xl border border-line bg-raised p-5 sm:px-7"
    >
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-4">
        <div>
          <p className="flex flex-wrap items-center gap-2">
            <Badge tone={status === 'live' ? 'lamp' : 'plain'}>{statusWords[status]}</Badge>
            <Time at={event.startsAt} />
          </p>
          <p className="mt-1.5 text-sm text-quiet">
            {status === 'draft' && 'Only you and your line-up see it until you publish it.'}
            {(status === 'ended' || status === 'cancelled') && 'It cannot be changed any more.'}
            {status !== 'draft' && status !== 'ended' && status !== 'cancelled' && (
              <>Its address is {paths.live(event.slug)}.</>
            )}
          </p>
        </div>
        <div className="flex flex-wrap gap-3">
          {status === 'draft' ? (
            <Button small variant="primary" busy={publish.isPending} disabled={dirty} onClick={send}>
              {dirty ? 'Save, then publish' : 'Publish'}
            </Button>
          ) : (
            <CopyButton text={new URL(paths.live(event.slug), location.origin).href}>
              Copy the link
            </CopyButton>
          )}
          {status === 'live' && <FinalAct event={event} kind="end" onDone={onDone} />}
          {upcoming && <FinalAct event={event} kind="cancel" onDone={onDone} />}
        </div>
      </div>
      {publish.error !== null && (
        <ProblemNotice problem={publish.error.problem} onRetry={send} busy={publish.isPending} />
      )}
    </section>
  );
}
