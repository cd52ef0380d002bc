/** What could keep a Slipmat from working, checked one by one. */
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Config } from './config.ts';
import { openDatabase } from './db/open.ts';
import { storageOf } from './deps.ts';
import { createLog } from './platform/log.ts';
import { openRedisHub } from './realtime/redis-hub.ts';

export interface Finding {
  readonly ok: boolean;
  readonly what: string;
}

/** The cause where there is one: a problem's own sentence is for people who do not run the server. */
function reason(error: unknown): string {
  if (error instanceof Error && error.cause instanceof Error) return reason(error.cause);
  return error instanceof Error ? error.message : String(error);
}

async function checkPort(name: string, port: number, host: string): Promise<Finding> {
  const probe = createServer();
  const outcome = await new Promise<string | undefined>((resolve) => {
    probe.once('error', (error) => resolve(error.message));
    probe.listen(port, host, () => resolve(undefined));
  });
  if (outcome === undefined) {
    await new Promise<void>((resolve) => probe.close(() => resolve()));
    return { ok: true, what: `${name} ${port} is free` };
  }
  return {
    ok: outcome.includes('EADDRINUSE'),
    what: `${name} ${port}: ${outcome} (fine when Slipmat is running)`,
  };
}

async function checkStorage(config: Config): Promise<Finding> {
  try {
    const db = openDatabase(storageOf(config), createLog('silent'));
    try {
      await db.check();
      return { ok: true, what: `storage (${db.kind}) answers` };
    } finally {
      await db.close();
    }
  } catch (error) {
    return { ok: false, what: `storage: ${reason(error)}` };
  }
}

async function checkHub(config: Config): Promise<Finding> {
  if (config.redisUrl === undefined) return { ok: true, what: 'no Redis: one server process' };
  const connectWithinMs = 3_000;
  try {
    const opened = openRedisHub(config.redisUrl, '0'.repeat(36), createLog('silent'));
    const late = new Promise<never>((_resolve, reject) => {
      setTimeout(() => reject(new Error('no answer')), connectWithinMs).unref();
    });
    const hub = await Promise.race([opened, late]);
    await hub.close();
    return { ok: true, what: 'Redis answers' };
  } catch (error) {
    return { ok: false, what: `Redis: ${reason(error)}` };
  }
}

/** Checks in an order in which the first failure often explains the others. */
export async function diagnose(config: Config): Promise<Finding[]> {
  const web = fileURLToPath(new URL('../../web/dist/index.html', import.meta.url));
  const address = config.publicUrl?.origin ?? 'http://localhost (this machine only)';
  return [
    { ok: true, what: `Node ${process.versions.node}` },
    { ok: true, what: `public address ${address}` },
    {
      ok: existsSync(web),
      what: existsSync(web) ? 'the web client is built' : 'the web client is not built: npm start builds it',
    },
    await checkStorage(config),
    await checkHub(config),
    await checkPort('PORT', config.port, config.host),
    await checkPort('SOURCE_PORT', config.sourcePort, config.host),
  ];
}
