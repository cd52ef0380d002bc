/** Whoever has no account has what they read remembered in this browser, in all its tabs. */
import * as z from 'zod/mini';
import { safeParse } from 'zod/mini';
import { silence } from '../../api/silence.ts';
import { KeptReading } from './kept-readings.ts';

export const memoryLimits = {
  /** Far more than are ever for everyone at once; beyond it the one touched longest ago is forgotten. */
  readings: 200,
} as const;

const storageKey = 'slipmat-notifications-read';
const KeptReadings = z.array(z.object({ id: z.string(), reading: KeptReading }));

export interface Memory {
  readonly of: (id: string) => KeptReading | undefined;
  readonly keep: (readings: readonly (readonly [id: string, reading: KeptReading])[]) => void;
  /** Calls the listener when another tab remembers something; gives back what stops it. */
  readonly onChange: (listener: () => void) => () => void;
}

export interface MemoryParts {
  /** Asked at each use: a browser that forbids storage throws where it is named. */
  readonly storage: () => Pick<Storage, 'getItem' | 'setItem'>;
  /** The window, which tells of other tabs by `storage`. */
  readonly page: Pick<EventTarget, 'addEventListener' | 'removeEventListener'>;
}

/** Without storage it lasts as long as the page. */
export function createMemory({ storage, page }: MemoryParts): Memory {
  let known = new Map<string, KeptReading>();

  function load(): void {
    try {
      const text = storage().getItem(storageKey);
      if (text === null) return;
      const parsed = safeParse(KeptReadings, JSON.parse(text));
      if (parsed.success) known = new Map(parsed.data.map(({ id, reading }) => [id, reading]));
    } catch (failure) {
      silence(failure, 'without storage what was read is remembered as long as the page is open');
    }
  }

  function save(): void {
    try {
      const readings = [...known].map(([id, reading]) => ({ id, reading }));
      storage().setItem(storageKey, JSON.stringify(readings));
    } catch (failure) {
      silence(failure, 'without storage what was read is remembered as long as the page is open');
    }
  }

  load();
  return {
    of: (id) => known.get(id),
    keep(readings) {
      // Another tab may have written since.
      load();
      for (const [id, reading] of readings) {
        known.delete(id);
        known.set(id, reading);
      }
      known = new Map([...known].slice(-memoryLimits.readings));
      save();
    },
    onChange(listener) {
      const changed = (event: Event): void => {
        if ('key' in event && event.key !== storageKey && event.key !== null) return;
        load();
        listener();
      };
      page.addEventListener('storage', changed);
      return () => page.removeEventListener('storage', changed);
    },
  };
}
