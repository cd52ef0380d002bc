/** The listener's volume, kept over visits. */
import { silence } from '../../api/silence.ts';

export interface Volume {
  /** 0 to 1. */
  readonly level: number;
  readonly muted: boolean;
}

const place = 'slipmat.volume';
const loudest: Volume = { level: 1, muted: false };

/**
 * What was kept, or full volume. Never muted: a visit that begins in silence looks broken.
 * @param storage a function, since a browser that forbids storage throws where it is named.
 */
export function keptVolume(storage: () => Pick<Storage, 'getItem'>): Volume {
  try {
    const text = storage().getItem(place);
    const level = text === null || text.trim() === '' ? Number.NaN : Number(text);
    return level >= 0.05 && level <= 1 ? { level, muted: false } : loudest;
  } catch (error) {
    silence(error, 'a browser that forbids storage plays at full volume');
    return loudest;
  }
}

/** Keeps the level for the next visit. */
export function keepVolume(storage: () => Pick<Storage, 'setItem'>, { level }: Volume): void {
  try {
    storage().setItem(place, String(level));
  } catch (error) {
    silence(error, 'a browser that forbids storage only forgets the volume');
  }
}

/** The volume after the slider moved: down to nothing mutes, any other place unmutes. */
export function movedTo(level: number): Volume {
  const within = Math.min(1, Math.max(0, level));
  return within === 0 ? { level: 1, muted: true } : { level: within, muted: false };
}
