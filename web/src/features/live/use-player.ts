/** The player of the live page as a hook: one element, one driver, for as long as the page is there. */
import type { Problem } from '@slipmat/contract/problems';
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { systemClock } from '../../api/clock.ts';
import { problemCentre } from '../../api/problem-centre.ts';
import { diagnose, failuresBeforeAsking } from './diagnosis.ts';
import { createDriver, type Driver } from './driver.ts';
import { type Air, idlePlayer, type Player } from './player.ts';
import { keepVolume, keptVolume, movedTo, type Volume } from './volume.ts';
import { pressStops } from './words.ts';

export interface PlayerControls {
  readonly player: Player;
  /** Why the stream does not come, once it failed more than once. */
  readonly problem: Problem | undefined;
  readonly volume: Volume;
  /** Plays or stops, whichever the button shows. */
  readonly press: () => void;
  /** Asks for the stream at once. */
  readonly retry: () => void;
  readonly setLevel: (level: number) => void;
  readonly toggleMute: () => void;
}

const nothing = (): (() => void) => () => undefined;

/**
 * @param slug whose stream.
 * @param air what the event says about sound.
 * @param over true when no more sound will come.
 */
export function usePlayer(slug: string, air: Air, over: boolean): PlayerControls {
  const url = `/listen/${encodeURIComponent(slug)}`;
  const [parts, setParts] = useState<{ readonly driver: Driver; readonly audio: HTMLAudioElement }>();
  const player = useSyncExternalStore(parts?.driver.subscribe ?? nothing, parts?.driver.state ?? idleState);

  useEffect(() => {
    const audio = new Audio();
    audio.preload = 'none';
    const driver = createDriver({
      audio,
      url,
      clock: systemClock,
      random: Math.random,
      onTrouble: (error) => problemCentre.report(error, 'the player'),
    });
    const online = (): void => driver.send({ type: 'online' });
    window.addEventListener('online', online);
    setParts({ driver, audio });
    return () => {
      window.removeEventListener('online', online);
      driver.close();
      setParts(undefined);
    };
  }, [url]);

  useEffect(() => parts?.driver.send({ type: 'air', air, over }), [parts, air, over]);

  const problem = useDiagnosis(url, player);
  const { volume, ...volumeControls } = useVolume(parts?.audio);
  const driver = parts?.driver;
  const press = useMemo(
    () => () => driver?.send({ type: pressStops(driver.state()) ? 'stop' : 'play' }),
    [driver],
  );
  const retry = (): void => driver?.send({ type: 'play' });
  return { player, problem, volume, press, retry, ...volumeControls };
}

function idleState(): Player {
  return idlePlayer;
}

function useVolume(audio: HTMLAudioElement | undefined) {
  const [volume, setVolume] = useState<Volume>(() => keptVolume(() => localStorage));
  useEffect(() => {
    if (audio === undefined) return;
    audio.volume = volume.level;
    audio.muted = volume.muted;
  }, [audio, volume]);
  return {
    volume,
    setLevel(level: number) {
      const next = movedTo(level);
      setVolume(next);
      keepVolume(() => localStorage, next);
    },
    toggleMute: () => setVolume(({ level, muted }) => ({ level, muted: !muted })),
  };
}

function useDiagnosis(url: string, player: Player): Problem | undefined {
  const [problem, setProblem] = useState<Problem>();
  const { failures } = player;
  useEffect(() => {
    if (failures < failuresBeforeAsking) return undefined;
    let wanted = true;
    diagnose(url, { fetch: (...input) => fetch(...input), clock: systemClock, random: Math.random }).then(
      (found) => {
        if (wanted) setProblem(found);
      },
      (error: unknown) => problemCentre.report(error, 'the player'),
    );
    return () => {
      wanted = false;
    };
    // Each further failure asks again: the reason may have changed.
  }, [failures, url]);
  const showing =
    failures >= failuresBeforeAsking &&
    player.wanted &&
    player.phase.name !== 'playing' &&
    player.phase.name !== 'waiting';
  return showing ? problem : undefined;
}
