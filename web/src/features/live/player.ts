/**
 * What the player of the live page is doing, as a pure state machine. The driver (`driver.ts`) keeps one
 * `<audio>` element as `source` says and calls again at `wakeAt`. Times are milliseconds of one clock.
 */

/** What the event says about sound; `unknown` when the page has no fresh word from the server. */
export type Air = 'unknown' | 'none' | 'lost' | 'sound';

export type PlayerPhase =
  /** Nobody asked for sound. */
  | { readonly name: 'idle' }
  /** A request for the stream is under way; given up at `until`. */
  | { readonly name: 'connecting'; readonly until: number }
  /** Sound moves; `since` is when it began to, `movedAt` when it last did. */
  | { readonly name: 'playing'; readonly since: number; readonly movedAt: number }
  /** The stream broke; the next try is at `retryAt`. */
  | { readonly name: 'reconnecting'; readonly retryAt: number }
  /** Sound is wanted, but the DJ does not send; starts by itself. */
  | { readonly name: 'waiting' }
  /** The browser did not let sound start without a press. */
  | { readonly name: 'blocked' }
  /** The event is over and so is the sound. */
  | { readonly name: 'ended' };

export interface Player {
  readonly phase: PlayerPhase;
  /** True from a press on play until a press on stop. */
  readonly wanted: boolean;
  readonly air: Air;
  /** True when no more sound will come from this event. */
  readonly over: boolean;
  /** Which load of the stream the element holds; null: none. Each number is one fresh request. */
  readonly source: number | null;
  /** The last number used for a source. */
  readonly loads: number;
  /** Failures in a row. */
  readonly failures: number;
}

export type PlayerInput =
  | { readonly type: 'play' }
  | { readonly type: 'stop' }
  | { readonly type: 'air'; readonly air: Air; readonly over: boolean }
  /** `currentTime` of the element moved forward. */
  | { readonly type: 'moved' }
  /** The element gave up on the stream. */
  | { readonly type: 'failed' }
  /** The server closed the stream in order. */
  | { readonly type: 'finished' }
  /** `play()` was refused for want of a press (autoplay policy). */
  | { readonly type: 'refused' }
  /** The network came back. */
  | { readonly type: 'online' }
  | { readonly type: 'tick' };

export const playerLimits = {
  /** A stream that gives no sound within this time is asked for again. */
  connectMs: 10_000,
  /** Sound that stands still for so long is a broken stream: longer than any hiccup of a phone network cell change. */
  stallMs: 5_000,
  /** After the DJ's source came back, a kept connection has this long to give sound before it is made anew. */
  resumeMs: 4_000,
  /** First wait before a new try; doubled with each failure. */
  backoffFirstMs: 500,
  /** A listener waits at most this long for the next try. */
  backoffMostMs: 15_000,
  /** So much unbroken sound forgets earlier failures. */
  steadyMs: 10_000,
} as const;

/** A player that nobody pressed yet. */
export const idlePlayer: Player = {
  phase: { name: 'idle' },
  wanted: false,
  air: 'unknown',
  over: false,
  source: null,
  loads: 0,
  failures: 0,
};

/**
 * The player after an input.
 * @param now milliseconds of the clock that `until`, `retryAt` and `wakeAt` are in.
 * @param random 0 ≤ n < 1, spreads the retries of many listeners after a restart.
 */
export function advance(player: Player, input: PlayerInput, now: number, random: () => number): Player {
  switch (input.type) {
    case 'play':
      return start({ ...player, wanted: true, failures: 0 }, now);
    case 'stop':
      return { ...player, wanted: false, source: null, failures: 0, phase: { name: 'idle' } };
    case 'air':
      return heard({ ...player, air: input.air, over: input.over }, player.air, now);
    case 'moved':
      return moved(player, now);
    case 'failed':
    case 'finished':
      return player.source === null ? player : broke(player, now, random);
    case 'refused':
      return player.wanted ? { ...player, source: null, phase: { name: 'blocked' } } : player;
    case 'online':
      return player.phase.name === 'reconnecting' || player.phase.name === 'connecting'
        ? start(player, now)
        : player;
    case 'tick':
      return ticked(player, now, random);
  }
}

/** When the machine wants a `tick`, or null when only an outside event can change it. */
export function wakeAt(player: Player): number | null {
  const { phase } = player;
  switch (phase.name) {
    case 'connecting':
      return phase.until;
    case 'playing':
      return phase.movedAt + playerLimits.stallMs;
    case 'reconnecting':
      return phase.retryAt;
    default:
      return null;
  }
}

/** Asks for the stream when there is one to ask for, and otherwise waits for it. */
function start(player: Player, now: number): Player {
  if (player.over && player.air !== 'sound') return { ...player, source: null, phase: { name: 'ended' } };
  if (player.air === 'none') return { ...player, source: null, phase: { name: 'waiting' } };
  const source = player.loads + 1;
  return {
    ...player,
    source,
    loads: source,
    phase: { name: 'connecting', until: now + playerLimits.connectMs },
  };
}

function heard(player: Player, before: Air, now: number): Player {
  if (!player.wanted) return player;
  switch (player.phase.name) {
    case 'waiting':
      return resumed(player, now);
    case 'reconnecting':
      // The DJ coming on air is news worth an immediate try; anything else leaves the back-off alone.
      if (player.air === 'none' || (player.air === 'sound' && before !== 'sound')) return start(player, now);
      return player;
    case 'ended':
      return player.over ? player : start(player, now);
    case 'blocked':
      return player.over && player.air !== 'sound' ? start(player, now) : player;
    case 'connecting':
      // Without a source the request can only fail; whether it was already answered shows by `moved`.
      return player.air === 'none' ? start(player, now) : player;
    default:
      return player;
  }
}

/** Out of waiting: over a connection that was kept, or over a new one. */
function resumed(player: Player, now: number): Player {
  if (player.air === 'lost') return player;
  if (player.air === 'sound' && player.source !== null)
    return { ...player, phase: { name: 'connecting', until: now + playerLimits.resumeMs } };
  return start(player, now);
}

function moved(player: Player, now: number): Player {
  if (player.source === null) return player;
  const since = player.phase.name === 'playing' ? player.phase.since : now;
  const failures = now - since >= playerLimits.steadyMs ? 0 : player.failures;
  return { ...player, failures, phase: { name: 'playing', since, movedAt: now } };
}

function broke(player: Player, now: number, random: () => number): Player {
  if (!player.wanted) return { ...player, source: null, phase: { name: 'idle' } };
  if (player.over) return { ...player, source: null, phase: { name: 'ended' } };
  if (player.air === 'none') return { ...player, source: null, phase: { name: 'waiting' } };
  const failures = player.failures + 1;
  return {
    ...player,
    source: null,
    failures,
    phase: { name: 'reconnecting', retryAt: now + backoff(failures, random) },
  };
}

function ticked(player: Player, now: number, random: () => number): Player {
  const due = wakeAt(player);
  if (due === null || now < due) return player;
  if (player.phase.name === 'reconnecting') return start(player, now);
  // The server keeps listeners while a lost source may come back, so the connection is kept as well.
  if (player.air === 'lost' && player.source !== null) return { ...player, phase: { name: 'waiting' } };
  return broke(player, now, random);
}

/**
 * How long to wait before the next try, in milliseconds: doubling, bounded, and spread over the upper half.
 * @param failures failures in a row, from 1.
 */
export function backoff(failures: number, random: () => number): number {
  const { backoffFirstMs, backoffMostMs } = playerLimits;
  // Beyond 2^16 the bound has long been reached; the exponent is held there so that it stays a small number.
  const whole = Math.min(backoffMostMs, backoffFirstMs * 2 ** Math.min(failures - 1, 16));
  return Math.round(whole * (0.5 + random() / 2));
}
