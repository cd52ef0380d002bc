/** The form that makes an event. */
import { type EventDetail, eventsEndpoints } from '@slipmat/contract/events';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import { keyOf, useAct } from '../../api/queries.ts';
import { run } from '../../api/run.ts';
import { paths } from '../../paths.ts';
import { Button } from '../../ui/button.tsx';
import { useLocation } from '../../ui/location.ts';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { RestoredLine } from '../../ui/restored-line.tsx';
import { useDraftErrors } from '../../ui/use-draft-errors.ts';
import { bodyOf, draftErrors, eventFields, newDraft } from './draft.ts';
import { EventFields } from './event-fields.tsx';
import { PosterField } from './poster-field.tsx';
import { useDraft } from './use-draft.ts';

export function NewEvent() {
  const fresh = (): ReturnType<typeof newDraft> => newDraft(Date.now());
  const kept = useDraft('new', fresh);
  const [poster, setPoster] = useState<File | null>(null);
  const create = useAct(eventsEndpoints.create, { where: 'the new event', shown: true });
  const check = useDraftErrors(create.error?.problem, eventFields, draftErrors);
  const [, navigate] = useLocation();
  const cache = useQueryClient();

  const finish = async (event: EventDetail, publish: boolean): Promise<void> => {
    kept.settle(fresh());
    try {
      if (poster !== null)
        await call(eventsEndpoints.setPoster, { params: { slug: event.slug }, body: poster });
    } finally {
      await cache.invalidateQueries({ queryKey: keyOf(eventsEndpoints.list) });
      await cache.invalidateQueries({ queryKey: keyOf(eventsEndpoints.mine) });
      navigate(publish ? paths.live(event.slug) : paths.editEvent(event.slug));
    }
  };
  const save = (publish: boolean): void => {
    if (!check.passes(kept.draft)) return;
    create.mutate(
      { body: { ...bodyOf(kept.draft), publish } },
      { onSuccess: ({ event }) => run(() => finish(event, publish), 'the poster of your event') },
    );
  };
  const publishing = create.isPending && create.variables.body.publish === true;
  return (
    <form
      ref={check.ref}
      noValidate
      className="flex flex-col gap-6"
      onSubmit={(submitted) => {
        submitted.preventDefault();
        save(true);
      }}
    >
      {kept.restored && <RestoredLine onDiscard={() => kept.settle(fresh())} />}
      <EventFields draft={kept.draft} errors={check.errors} onChange={kept.change} />
      <Panel title="Poster">
        <PosterField posterUrl={null} file={poster} onChoose={setPoster} />
      </Panel>
      {check.rest !== undefined && (
        <ProblemNotice problem={check.rest} onRetry={() => save(publishing)} busy={create.isPending} />
      )}
      <div className="flex flex-wrap gap-3">
        <Button type="submit" variant="primary" busy={publishing}>
          Publish
        </Button>
        <Button busy={create.isPending && !publishing} disabled={publishing} onClick={() => save(false)}>
          Save as draft
        </Button>
      </div>
    </form>
  );
}
