/** The titles played so far, newest first. */
import { eventPageEndpoints, type Play } from '@slipmat/contract/event-page';
import { useEffect, useMemo, useRef, useState } from 'react';
import { run } from '../../api/run.ts';
import { askingOf, useAsked } from '../../api/use-asked.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Region } from '../../ui/region.tsx';
import { Time } from '../../ui/time.tsx';

interface PlayedProps {
  readonly slug: string;
  /** The title on the deck; when it changes, the list is asked for again. */
  readonly nowPlaying: Play | null;
  readonly over: boolean;
}

export function Played({ slug, nowPlaying, over }: PlayedProps) {
  const asking = useMemo(
    () => askingOf(eventPageEndpoints.plays, { params: { slug } }, 'the titles played'),
    [slug],
  );
  const plays = useAsked(asking);
  const { refetch } = plays;
  const current = nowPlaying?.id;
  const asked = useRef(current);
  useEffect(() => {
    if (asked.current === current) return;
    asked.current = current;
    run(() => refetch(), 'the titles played');
  }, [current, refetch]);
  return (
    <Panel title="Played">
      <Region of={plays}>
        {(data) =>
          data.plays.length === 0 ? (
            <Empty>
              {over ? 'No titles were told by the DJ’s software.' : 'Titles appear here as they are played.'}
            </Empty>
          ) : (
            <Titles plays={data.plays} />
          )
        }
      </Region>
    </Panel>
  );
}

/** Titles shown at first: about an hour. */
const shownFirst = 12;

function Titles({ plays }: { readonly plays: readonly Play[] }) {
  const [all, setAll] = useState(false);
  const shown = all ? plays : plays.slice(0, shownFirst);
  return (
    <>
      <ol className="flex flex-col gap-1">
        {shown.map((play) => (
          <li key={play.id} className="flex items-baseline gap-3 py-1">
            <Time at={play.at} as="clock" className="w-18 shrink-0 text-sm text-quiet tabular-nums" />
            <span className="[overflow-wrap:anywhere]">
              {play.title}
              {play.dj !== null && <span className="text-sm text-quiet"> · {play.dj.displayName}</span>}
            </span>
          </li>
        ))}
      </ol>
      {shown.length < plays.length && (
        <Button small onClick={() => setAll(true)} className="mt-3">
          Show all {plays.length}
        </Button>
      )}
    </>
  );
}
