/** Knowing that requests have reached the server of this process, for what must happen after they have. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { within } from './until.ts';

const channel = 'http.server.request.start';

/** Resolves when so many requests of the path have come, counted from now. */
export async function arrivals(path: string, count: number): Promise<void> {
  let missing = count;
  const { promise, resolve } = Promise.withResolvers<void>();
  const note = (message: unknown): void => {
    const { request } = message as { readonly request: IncomingMessage };
    if (request.url?.split('?')[0] === path) missing -= 1;
    if (missing === 0) resolve();
  };
  subscribe(channel, note);
  try {
    await within(`${count} requests of ${path}`, promise);
  } finally {
    unsubscribe(channel, note);
  }
}
