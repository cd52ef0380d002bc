/** Ending a live event before its time, after one question. */
import {
  type EventCard,
  EventState,
  EventTopicEvent,
  eventsEndpoints,
  reduceEvent,
} from '@slipmat/contract/events';
import { useState } from 'react';
import { keyOf, queries, useAct } from '../../api/queries.ts';
import { run } from '../../api/run.ts';
import { useTopic } from '../../api/use-topic.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';

const eventTopic = { state: EventState, event: EventTopicEvent, reduce: reduceEvent };

/** Shown while the event is live, of which its topic tells sooner than the list of events. */
export function EndEvent({ event }: { readonly event: EventCard }) {
  const [asking, setAsking] = useState(false);
  const { state } = useTopic(`event:${event.slug}`, eventTopic);
  const isLive = (state?.event.status ?? event.status) === 'live';
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
  // A question that is open stays until it is answered.
  if (!isLive && !asking) return null;
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
