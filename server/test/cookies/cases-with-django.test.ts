/**
 * The cases over HTTP once more, with a real Django on the old host instead of the model of an old service: whatever a
 * browser's cookies have been through, Django takes it for the same person as everything else, or for nobody.
 */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { type OldSite, requireDjango, startOldSite } from '../old-site.ts';
import type { Owner } from '../services/daemon.ts';
import { aFolder } from '../start-app.ts';
import { credentialCases } from './case-credentials.ts';
import { neighbourCases } from './case-neighbours.ts';
import { originCases } from './case-origins.ts';
import { rollOutCases } from './case-roll-outs.ts';
import type { CaseRun } from './case-run.ts';
import { twinCases } from './case-twins.ts';
import { caseOf } from './cases.ts';
import { siteBehindGate } from './old-service.ts';
import { aStage, oldOrigin, origin, type Stage } from './stage.ts';

/** Of Django itself, and in its own words: these are in django.test.ts and services/gate-proxies.test.ts. */
const elsewhere: ReadonlySet<number> = new Set([9, 23]);
const runs: readonly CaseRun[] = [
  ...twinCases,
  ...rollOutCases,
  ...neighbourCases,
  ...credentialCases,
  ...originCases,
].filter(({ number }) => !elsewhere.has(number));

/** The server of the case that runs. */
let stage: Stage | undefined;
let django: OldSite | undefined;
let clockFile = '';
let keysUrl = '';

/** Publishes the keys of the stage, at an address that stays. */
async function publishKeys(owner: Owner): Promise<string> {
  const server = createServer((_request, response) => {
    const address = `http://127.0.0.1:${stage?.site.app.port()}/.well-known/jwks.json`;
    fetch(address).then(
      async (keys) => response.end(await keys.text()),
      (error: unknown) => response.writeHead(502).end(String(error)),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  owner.after(async () => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the keys have no port');
  return `http://127.0.0.1:${address.port}/`;
}

/** Puts Django behind the gate of the stage. It knows the keys of the stage before, so it starts anew. */
async function putDjangoBehind(next: Stage): Promise<void> {
  stage = next;
  django = await django?.redeploy({
    GATE: 'on',
    SLIPMAT_ORIGIN: origin,
    SLIPMAT_JWKS_URL: keysUrl,
    SLIPMAT_AUDIENCE: oldOrigin,
    CLOCK_FILE: clockFile,
    PYTHONPATH: join(import.meta.dirname, 'shifted-clock'),
  });
  const behind = siteBehindGate(
    next.network,
    () => next.site.app.port(),
    () => Number(new URL(django?.address ?? '').port),
  );
  next.network.route('old.slipmat.test', async (outgoing) => {
    writeFileSync(clockFile, String(next.clock.now() - Date.now()));
    return behind(outgoing);
  });
}

/** Ends once, after the last case: what is started within a case would end with it otherwise. */
const ends: (() => Promise<void>)[] = [];
const owner: Owner = {
  after(end) {
    ends.unshift(end);
  },
};
after(async () => {
  for (const end of ends) await end();
});

const skipped = requireDjango();
if (skipped === false) {
  clockFile = join(await aFolder(owner), 'ahead');
  writeFileSync(clockFile, '0');
  keysUrl = await publishKeys(owner);
  django = await startOldSite(owner, { environment: { TRUST_PROXY: 'on', SESSION_COOKIE_SECURE: 'on' } });
}

describe('with a real Django on the old host', { skip: skipped }, () => {
  for (const { number, skip = false, options, run } of runs) {
    test(`case ${number}: ${caseOf(number).title}`, { skip }, async (t) => {
      const next = await aStage(t, { ...(await options?.(t)), order: 'chromium', seed: number });
      await putDjangoBehind(next);
      await run(next);
    });
  }
});
