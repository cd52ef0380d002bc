/** A line of the reader's own that the room does not show yet. */
import { Button } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { Spinner } from '../../ui/spinner.tsx';
import type { Room } from './room.ts';
import { type OwnLine, resendsItself } from './state.ts';

interface OwnRowProps {
  readonly line: OwnLine;
  readonly room: Room;
  readonly now: number;
}

export function OwnRow({ line, room, now }: OwnRowProps) {
  const { phase, key, text } = line;
  const failed = phase.name === 'failed';
  return (
    <li
      className={classes('mt-2 rounded-lg px-3 py-1.5', failed && 'border border-danger/60 bg-danger-ground')}
    >
      <p
        className={classes(
          'whitespace-pre-wrap [overflow-wrap:anywhere]',
          phase.name === 'sending' && 'opacity-70',
        )}
      >
        {text}
      </p>
      {phase.name === 'sending' && (
        <p className="flex items-center gap-2 text-xs text-quiet">
          <Spinner /> Sending…
        </p>
      )}
      {phase.name === 'sent' && <p className="text-xs text-quiet">Sent</p>}
      {failed && (
        <>
          <p className="mt-1 text-sm">
            <strong className="font-semibold text-danger">Not sent.</strong> {phase.problem.detail}
            {resendsItself(line, now) && ' It goes out by itself when the connection is back.'}
          </p>
          <p className="text-xs text-quiet">Reference {phase.problem.reference}</p>
          <div className="mt-1.5 flex flex-wrap gap-2">
            <Button small onClick={() => room.retry(key)}>
              Send again
            </Button>
            <Button small onClick={() => room.edit(key)}>
              Edit
            </Button>
            <Button small onClick={() => room.drop(key)}>
              Discard
            </Button>
          </div>
        </>
      )}
    </li>
  );
}
