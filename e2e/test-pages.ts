/**
 * Pages that are not Slipmat's, on any host of the test: what an old script, a sibling host or an attacker would
 * serve, and an echo that shows what a browser sends.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { z } from 'zod';
import type { Owner } from '../server/test/services/daemon.ts';

/** Where they are on each host. */
export const testPagesPath = '/test-pages/';

export interface TestPage {
  /** Lines of Set-Cookie, sent in this order. */
  readonly cookies?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Body of the page; empty unless said. */
  readonly html?: string;
}

/** Browsers with many cookies are let in too. Bytes; above what nginx lets through. */
const maxHeaderSize = 64 * 1024;

/** What a browser sent. */
export interface Echo {
  readonly method: string;
  readonly cookie: string | undefined;
  readonly origin: string | undefined;
  readonly secFetchSite: string | undefined;
}

const Headers = z.object({
  method: z.string(),
  headers: z.object({
    cookie: z.optional(z.string()),
    origin: z.optional(z.string()),
    'sec-fetch-site': z.optional(z.string()),
  }),
});

/** Reads the text of the page at `TestPages.echoPath`. */
export function parseEcho(text: string): Echo {
  const { method, headers } = Headers.parse(JSON.parse(text));
  return { method, cookie: headers.cookie, origin: headers.origin, secFetchSite: headers['sec-fetch-site'] };
}

export interface TestPages {
  readonly port: number;
  /** Answers with what it was asked, for `parseEcho`; on each host. */
  readonly echoPath: string;
  /** Makes a page, on each host. @returns its path. */
  add(page: TestPage): string;
}

/** Starts a plain server for them on a free loopback port; nginx puts it on the hosts. */
export async function openTestPages(owner: Owner): Promise<TestPages> {
  const pages: TestPage[] = [];
  const server = createServer({ maxHeaderSize }, (request, answer) => {
    const name = (request.url ?? '').slice(testPagesPath.length);
    answer.setHeader('cache-control', 'no-store');
    if (name.startsWith('echo')) {
      answer.setHeader('content-type', 'text/plain');
      answer.end(JSON.stringify({ method: request.method, headers: request.headers }));
      return;
    }
    if (name === 'icon') {
      answer.setHeader('content-type', 'image/svg+xml');
      answer.end('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>');
      return;
    }
    const page = pages[Number.parseInt(name, 10)];
    if (page === undefined) {
      answer.writeHead(404).end();
      return;
    }
    for (const [header, value] of Object.entries(page.headers ?? {})) answer.setHeader(header, value);
    answer.setHeader('content-type', 'text/html; charset=utf-8');
    answer.setHeader('set-cookie', [...(page.cookies ?? [])]);
    // With an icon of its own, so that the browser does not ask the host for one.
    const head = `<!doctype html><title>test</title><link rel="icon" href="${testPagesPath}icon">`;
    answer.end(`${head}<body>${page.html ?? ''}`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  owner.after(async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the test pages have no port');
  return {
    port: address.port,
    echoPath: `${testPagesPath}echo`,
    add: (page) => `${testPagesPath}${pages.push(page) - 1}`,
  };
}
