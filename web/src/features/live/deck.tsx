/** The record that is the play button, and what the sound is doing. */
import { isUnreached } from '../../api/problem-error.ts';
import { Button } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Record } from '../../ui/record.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import { useNow } from '../../ui/use-now.ts';
import type { Player } from './player.ts';
import type { PlayerControls } from './use-player.ts';
import { pressStops, sayPlayer } from './words.ts';

/** The record: a press anywhere on it plays or stops. */
export function RecordButton({
  player,
  press,
  className,
}: {
  readonly player: Player;
  readonly press: () => void;
  readonly className?: string;
}) {
  const stops = pressStops(player);
  const working = player.phase.name === 'connecting' || player.phase.name === 'reconnecting';
  return (
    <button
      type="button"
      onClick={press}
      aria-label={stops ? 'Stop' : 'Play'}
      className={classes('group relative block rounded-full', className)}
    >
      <Record turning={player.phase.name === 'playing'} />
      <span
        className={classes(
          'absolute inset-[32.5%] flex items-center justify-center rounded-full bg-lamp text-on-lamp',
          'transition-colors group-hover:bg-lamp-strong',
        )}
      >
        {working ? <Working /> : <Sign stops={stops} />}
      </span>
    </button>
  );
}

function Sign({ stops }: { readonly stops: boolean }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true" className="w-[46%] fill-current">
      {stops ? (
        <rect x="5" y="5" width="14" height="14" rx="2" />
      ) : (
        <path d="M7 3.6v16.8a1 1 0 0 0 1.5.86l14-8.4a1 1 0 0 0 0-1.72l-14-8.4A1 1 0 0 0 7 3.6Z" />
      )}
    </svg>
  );
}

function Working() {
  return (
    <span className="relative flex w-[46%] items-center justify-center">
      <svg viewBox="0 0 24 24" aria-hidden="true" className="w-full fill-current opacity-35">
        <rect x="5" y="5" width="14" height="14" rx="2" />
      </svg>
      <span className="absolute">
        <Spinner />
      </span>
    </span>
  );
}

/** The sentence about the sound, announced as it changes. */
export function SoundLine({ player }: { readonly player: Player }) {
  const now = useNow(player.phase.name === 'reconnecting' ? 500 : null);
  const { text, tone } = sayPlayer(player, now);
  return (
    <p
      role="status"
      className={classes('text-sm tabular-nums', tone === 'act' ? 'text-accent' : 'text-quiet')}
    >
      {text}
    </p>
  );
}

interface SoundProblemProps {
  readonly controls: PlayerControls;
  /** True when the page already says that the server is not reached. */
  readonly said: boolean;
}

/** Why the sound does not come, when the server or the network says so. */
export function SoundProblem({ controls, said }: SoundProblemProps) {
  const { problem, retry } = controls;
  if (problem === undefined || (said && isUnreached(problem))) return null;
  return <ProblemNotice problem={problem} onRetry={retry} />;
}

/** Volume and mute. The slider is for screens with room: phones have keys for it. */
export function VolumeControl({ controls }: { readonly controls: PlayerControls }) {
  const { volume, setLevel, toggleMute } = controls;
  return (
    <div className="flex items-center gap-1">
      <Button
        small
        onClick={toggleMute}
        aria-pressed={volume.muted}
        aria-label="Mute"
        className="w-11 border-transparent! px-0!"
      >
        <svg viewBox="0 0 24 24" aria-hidden="true" className="size-5 fill-none stroke-current stroke-[1.8]">
          <path d="M4 9.5v5h3.2L12 19V5L7.200 9.500Z" className="fill-current" strokeLinejoin="round" />
          {volume.muted ? (
            <path d="m16 9.500 5 5m0-5-5 5" strokeLinecap="round" />
          ) : (
            <path d="M15.500 9a4.200 4.200 0 0 1 0 6M18.200 6.500a8 8 0 0 1 0 11" strokeLinecap="round" />
          )}
        </svg>
      </Button>
      <input
        type="range"
        min={0}
        max={1}
        step={0.05}
        value={volume.muted ? 0 : volume.level}
        onChange={(event) => setLevel(Number(event.target.value))}
        aria-label="Volume"
        className="hidden h-9 w-28 accent-lamp sm:block"
      />
    </div>
  );
}
