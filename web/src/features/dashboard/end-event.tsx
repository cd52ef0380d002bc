/** Ending a live event before its time, after one question. */
import { type EventCard, eventsEndpoints } from '@slipmat/contract/events';
import { useState } from 'react';
import { keyOf, queries, useAct } from '../../api/queries.ts';
import { run } from '../../api/run.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';

export function EndEvent({ event }: { readonly event: EventCard }) {
  const [asking, setAsking] = useState(false);
  const end = useAct(eventsEndpoints.end, { where: 'ending your event', shown: true });
  const act = (): void =>
    end.mutate(
      { params: { slug: event.slug } },
      {
        onSuccess() {
          setAsking(false);
          run(() => queries.invalidateQueries({ queryKey: keyOf(eventsEndpoints.mine) }), 'your events');
        },
      },
    );
  return (
    <>
      <Button variant="danger" onClick={() => setAsking(true)}>
        End event
      </Button>
      <Dialog
        open={asking}
        onOpenChange={setAsking}
        title={`End “${event.title}” now?`}
        description="The sound stops for everybody. The chat stays open for a while."
        actions={
          <>
            <Button onClick={() => setAsking(false)}>Play on</Button>
            <Button variant="danger" busy={end.isPending} onClick={act}>
              End event
            </Button>
          </>
        }
      >
        {end.error !== null && <ProblemNotice problem={end.error.problem} />}
      </Dialog>
    </>
  );
}
