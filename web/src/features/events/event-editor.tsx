/** The form that changes an event, and the acts on it. */
import { type EventDetail, eventsEndpoints } from '@slipmat/contract/events';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { keyOf, useAct } from '../../api/queries.ts';
import { run } from '../../api/run.ts';
import { Button } from '../../ui/button.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { RestoredLine } from '../../ui/restored-line.tsx';
import { useDraftErrors } from '../../ui/use-draft-errors.ts';
import { changedFields, draftErrors, draftOf, eventFields } from './draft.ts';
import { EventActs } from './event-acts.tsx';
import { EventFields } from './event-fields.tsx';
import { PosterField } from './poster-field.tsx';
import { useDraft } from './use-draft.ts';

/** Asks again for everything that shows the event. */
function useRefreshEvent(): () => void {
  const cache = useQueryClient();
  const stale = [eventsEndpoints.show, eventsEndpoints.list, eventsEndpoints.mine];
  return () =>
    run(
      () => Promise.all(stale.map((endpoint) => cache.invalidateQueries({ queryKey: keyOf(endpoint) }))),
      'this event',
    );
}

function PosterPanel({ event, onDone }: { readonly event: EventDetail; readonly onDone: () => void }) {
  const upload = useAct(eventsEndpoints.setPoster, { where: 'the poster', shown: true });
  const [file, setFile] = useState<File | null>(null);
  const send = (chosen: File): void => {
    setFile(chosen);
    upload.mutate(
      { params: { slug: event.slug }, body: chosen },
      {
        onSuccess: onDone,
        // The file is kept for another attempt only where that can help.
        onError: ({ problem }) => {
          if (problem.action !== 'retry') setFile(null);
        },
      },
    );
  };
  return (
    <Panel title="Poster">
      <PosterField posterUrl={event.posterUrl} file={file} onChoose={send} busy={upload.isPending} />
      <p role="status" className="mt-3 text-sm text-quiet">
        {upload.isPending && 'Uploading …'}
        {upload.isSuccess && 'The poster is up.'}
      </p>
      {upload.error !== null && (
        <ProblemNotice
          problem={upload.error.problem}
          onRetry={file === null ? undefined : () => send(file)}
          busy={upload.isPending}
          className="mt-3"
        />
      )}
    </Panel>
  );
}

export function EventEditor({ event }: { readonly event: EventDetail }) {
  const refresh = useRefreshEvent();
  const kept = useDraft(event.slug, () => draftOf(event));
  // What the draft is compared with: the event as it was loaded or last saved from here.
  const [base, setBase] = useState(() => draftOf(event));
  const change = useAct(eventsEndpoints.change, { where: 'this event', shown: true });
  const check = useDraftErrors(change.error?.problem, eventFields, draftErrors);
  const over = event.status === 'ended' || event.status === 'cancelled';
  const changed = changedFields(base, kept.draft);
  const dirty = Object.keys(changed).length > 0;
  const save = (): void => {
    if (!check.passes(kept.draft)) return;
    change.mutate(
      { params: { slug: event.slug }, body: changed },
      {
        onSuccess: (reply) => {
          const saved = draftOf(reply.event);
          setBase(saved);
          kept.settle(saved);
          refresh();
        },
      },
    );
  };
  return (
    <div className="flex flex-col gap-6">
      <EventActs event={event} dirty={dirty} onDone={refresh} />
      {kept.restored && dirty && <RestoredLine onDiscard={() => kept.settle(base)} />}
      <form
        ref={check.ref}
        noValidate
        onSubmit={(submitted) => {
          submitted.preventDefault();
          save();
        }}
      >
        <fieldset disabled={over} className="flex min-w-0 flex-col gap-6">
          <legend className="sr-only">The event</legend>
          <EventFields draft={kept.draft} errors={check.errors} onChange={kept.change} />
          {check.rest !== undefined && (
            <ProblemNotice problem={check.rest} onRetry={save} busy={change.isPending} />
          )}
          <div className="flex flex-wrap items-center gap-4">
            <Button type="submit" variant="primary" busy={change.isPending} disabled={!dirty}>
              Save changes
            </Button>
            <span role="status" className={dirty ? 'text-quiet' : 'text-good'}>
              {dirty && 'Not saved yet.'}
              {!dirty && change.isSuccess && 'Saved.'}
            </span>
          </div>
        </fieldset>
      </form>
      {!over && <PosterPanel event={event} onDone={refresh} />}
    </div>
  );
}
