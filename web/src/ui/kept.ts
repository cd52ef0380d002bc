/** Texts kept in this tab over a reload, so that nothing typed is lost. */
import type * as z from 'zod/mini';
import { safeParse } from 'zod/mini';
import { silence } from '../api/silence.ts';

const because = 'without storage a reload loses what was typed, as on any page; the page itself keeps it';

/** What was kept under the key; undefined when nothing was, or nothing of this form. */
export function keptValue<T>(storage: Storage, key: string, schema: z.ZodMiniType<T>): T | undefined {
  try {
    const text = storage.getItem(key);
    if (text === null) return undefined;
    const parsed = safeParse(schema, JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch (failure) {
    silence(failure, because);
    return undefined;
  }
}

/** Keeps a value; undefined lets go of it. */
export function keepValue(storage: Storage, key: string, value: unknown): void {
  try {
    if (value === undefined) storage.removeItem(key);
    else storage.setItem(key, JSON.stringify(value));
  } catch (failure) {
    silence(failure, because);
  }
}
