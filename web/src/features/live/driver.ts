/** Keeps one audio element as the player's state machine says, and tells the machine what the element does. */
import type { Clock, Random } from '../../api/clock.ts';
import { advance, idlePlayer, type Player, type PlayerInput, wakeAt } from './player.ts';

/** What the driver needs of an `HTMLAudioElement`. */
export interface AudioElement {
  src: string;
  readonly currentTime: number;
  readonly paused: boolean;
  readonly ended: boolean;
  load(): void;
  play(): Promise<void>;
  pause(): void;
  removeAttribute(name: string): void;
  addEventListener(type: string, listener: () => void): void;
  removeEventListener(type: string, listener: () => void): void;
}

export interface DriverDeps {
  readonly audio: AudioElement;
  /** Path of the stream, such as `/listen/first-night`. */
  readonly url: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Told when `play()` failed for a reason that is neither the autoplay policy nor a newer load. */
  readonly onTrouble: (error: unknown) => void;
}

export interface Driver {
  readonly state: () => Player;
  readonly subscribe: (listener: () => void) => () => void;
  readonly send: (input: PlayerInput) => void;
  /** Lets go of the stream, the element's listeners and the timer. */
  readonly close: () => void;
}

/** A driver over one element, which it never replaces: iOS ties the permission to play to the element. */
export function createDriver(deps: DriverDeps): Driver {
  const { audio } = deps;
  const listeners = new Set<() => void>();
  let player = idlePlayer;
  let loaded: number | null = null;
  let reached = 0;
  let cancelTimer: (() => void) | undefined;
  let timerAt: number | null = null;

  function send(input: PlayerInput): void {
    const next = advance(player, input, deps.clock.now(), deps.random);
    if (next === player) return;
    player = next;
    follow();
    schedule();
    for (const listener of listeners) listener();
  }

  function follow(): void {
    if (player.source === loaded) return;
    loaded = player.source;
    reached = 0;
    if (loaded === null) {
      audio.pause();
      audio.removeAttribute('src');
      audio.load();
      return;
    }
    // A fresh address each time: no cache and no service worker answers with the end of an old stream.
    audio.src = `${deps.url}?n=${loaded}-${Math.floor(deps.random() * 1e9).toString(36)}`;
    // iOS keeps the old stream unless told to load (icecast-metadata-js issue 58).
    audio.load();
    play(loaded);
  }

  function play(source: number): void {
    audio.play().catch((error: unknown) => {
      // AbortError is the promise of a load that a newer load replaced.
      if (source !== loaded) return;
      const name = error instanceof Error ? error.name : '';
      if (name === 'NotAllowedError') send({ type: 'refused' });
      else if (name === 'AbortError' || name === 'NotSupportedError') send({ type: 'failed' });
      else {
        deps.onTrouble(error);
        send({ type: 'failed' });
      }
    });
  }

  function schedule(): void {
    const due = wakeAt(player);
    // Sound pushes its deadline on four times a second; a timer that rings early just looks again.
    if (due !== null && timerAt !== null && timerAt <= due) return;
    cancelTimer?.();
    cancelTimer = undefined;
    timerAt = due;
    if (due === null) return;
    cancelTimer = deps.clock.after(Math.max(0, due - deps.clock.now()), () => {
      timerAt = null;
      cancelTimer = undefined;
      send({ type: 'tick' });
      schedule();
    });
  }

  function onTime(): void {
    if (loaded === null || audio.currentTime <= reached) return;
    reached = audio.currentTime;
    send({ type: 'moved' });
  }
  // A pause that is not ours comes from the system: a call, unplugged headphones, a key.
  function onPause(): void {
    if (loaded !== null && audio.paused && !audio.ended) send({ type: 'stop' });
  }
  const handlers: Readonly<Record<string, () => void>> = {
    timeupdate: onTime,
    pause: onPause,
    ended: () => loaded !== null && send({ type: 'finished' }),
    error: () => loaded !== null && send({ type: 'failed' }),
  };
  for (const [type, handler] of Object.entries(handlers)) audio.addEventListener(type, handler);

  return {
    state: () => player,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    send,
    close() {
      for (const [type, handler] of Object.entries(handlers)) audio.removeEventListener(type, handler);
      cancelTimer?.();
      listeners.clear();
      player = idlePlayer;
      follow();
    },
  };
}
