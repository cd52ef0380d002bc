/** The answer to a question of `asking.ts`, as a hook. */
import type { Endpoint, ReplyOf } from '@slipmat/contract/endpoint';
import { useEffect, useSyncExternalStore } from 'react';
import { type Asked, type Asking, createAsking } from './asking.ts';
import { type CallInput, perform } from './client.ts';

/** A question to an endpoint that reads. @param where which part of the page it is for, in words for people. */
export function askingOf<const E extends Endpoint>(
  endpoint: E,
  input: CallInput<E>,
  where: string,
): Asking<ReplyOf<E>> {
  return createAsking<ReplyOf<E>>({ ask: () => perform(endpoint, input), where });
}

/**
 * The answer, kept on screen while it is asked again.
 * @param asking the same object at every drawing.
 * @param every milliseconds between questions while the page is looked at.
 */
export function useAsked<T>(asking: Asking<T>, every?: number): Asked<T> {
  useEffect(() => asking.repeat(every), [asking, every]);
  return useSyncExternalStore(asking.subscribe, asking.state);
}
