/** Who plays when. */
import type { EventState } from '@slipmat/contract/events';
import { paths } from '../../paths.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Badge } from '../../ui/badge.tsx';
import { classes } from '../../ui/classes.ts';
import { Empty } from '../../ui/empty.tsx';
import { Link } from '../../ui/link.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Time } from '../../ui/time.tsx';
import { useNow } from '../../ui/use-now.ts';
import { currentSlot, isOver } from './stage.ts';

/** How often the marked slot is looked up again; slots are minutes long. Milliseconds. */
const lookAgain = 15_000;

export function Lineup({ state }: { readonly state: EventState }) {
  const { event, onAir } = state;
  const now = useNow(lookAgain);
  const current = isOver(event) ? undefined : currentSlot(event.lineup, onAir?.dj.id, now);
  return (
    <Panel title="Line-up">
      {event.lineup.length === 0 ? (
        <Empty>Nobody is in the line-up yet.</Empty>
      ) : (
        <ol className="flex flex-col">
          {event.lineup.map((slot) => (
            <li
              key={slot.id}
              aria-current={slot === current ? 'time' : undefined}
              className={classes(
                'flex flex-wrap items-center gap-x-3 gap-y-1 rounded-xl px-3 py-2',
                slot === current && 'bg-glow',
              )}
            >
              <span className="w-full text-sm whitespace-nowrap text-quiet tabular-nums sm:w-38">
                <Time at={slot.startsAt} as="clock" /> – <Time at={slot.endsAt} as="clock" />
              </span>
              <Avatar name={slot.dj.displayName} size="small" />
              <Link to={paths.person(slot.dj.handle)} className="min-w-0 flex-1 wrap-anywhere text-ink!">
                {slot.dj.displayName}
              </Link>
              {slot === current && (
                <Badge tone="lamp">{onAir?.dj.id === slot.dj.id ? 'On air' : 'Their slot'}</Badge>
              )}
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}
