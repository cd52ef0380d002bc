/** What the player says it is doing, in words. */
import type { Player } from './player.ts';

export interface Saying {
  readonly text: string;
  /** `calm` is as wished; `wait` is being worked on; `act` needs a press. */
  readonly tone: 'calm' | 'wait' | 'act';
}

/** The sentence under the play button. @param now milliseconds, for the seconds until the next try. */
export function sayPlayer(player: Player, now: number): Saying {
  const { phase } = player;
  switch (phase.name) {
    case 'idle':
      return sayIdle(player);
    case 'connecting':
      return player.loads > 1
        ? { text: 'Connecting again…', tone: 'wait' }
        : { text: 'Connecting…', tone: 'wait' };
    case 'playing':
      return { text: 'Playing live', tone: 'calm' };
    case 'reconnecting': {
      const seconds = Math.max(0, Math.ceil((phase.retryAt - now) / 1000));
      const next = seconds === 0 ? 'Trying again…' : `Trying again in ${seconds} s.`;
      return { text: `The sound broke off. ${next}`, tone: 'wait' };
    }
    case 'waiting':
      return player.air === 'lost'
        ? { text: 'The DJ’s connection broke off. The sound comes back by itself.', tone: 'wait' }
        : { text: 'Waiting for the DJ. The sound starts by itself.', tone: 'wait' };
    case 'blocked':
      return { text: 'Your browser wants one more press on play.', tone: 'act' };
    case 'ended':
      return { text: 'That was it. The event is over.', tone: 'calm' };
  }
}

function sayIdle(player: Player): Saying {
  if (player.air === 'sound') return { text: 'Press play to listen', tone: 'act' };
  if (player.over) return { text: 'The event is over.', tone: 'calm' };
  return { text: 'Press play; the sound starts with the DJ.', tone: 'act' };
}

/** True while a press on the big button stops rather than starts. */
export function pressStops(player: Player): boolean {
  return player.wanted && player.phase.name !== 'blocked' && player.phase.name !== 'ended';
}
