/**
 * The cases of server/test/cookies/cases.ts that a browser can show, each by its number, in Chromium, Firefox and
 * WebKit over https on real sub-domains.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { caseOf, cases } from '../server/test/cookies/cases.ts';
import { requireCommand } from '../server/test/services/require-command.ts';
import { origins } from './cookie-cases/origins.ts';
import { refusals } from './cookie-cases/refusals.ts';
import { aScene, type BrowserCase } from './cookie-cases/scene.ts';
import { strangers } from './cookie-cases/strangers.ts';
import { twins } from './cookie-cases/twins.ts';
import { Ends } from './engines/ends.ts';
import type { RunningEngine } from './engines/engine.ts';
import { engines } from './engines/engines.ts';
import { type HttpsFront, httpsNeeds, openHttpsFront } from './https-front.ts';

const played: readonly BrowserCase[] = [...twins, ...refusals, ...strangers, ...origins];

function titleOf({ number, variant }: BrowserCase): string {
  return `${number}: ${caseOf(number).title}${variant === undefined ? '' : `, ${variant}`}`;
}

test('every case that is for browsers is played here, but for the outage itself', () => {
  const numbers = new Set(played.map(({ number }) => number));
  const wanted = cases.filter(({ grounds, number }) => grounds.includes('browsers') && number !== 25);
  assert.deepEqual(
    wanted.filter(({ number }) => !numbers.has(number)),
    [],
  );
});

for (const engine of engines) {
  const missing = [...engine.needs, ...httpsNeeds].map(requireCommand).find((reason) => reason !== false);
  describe(engine.name, { skip: missing ?? false }, () => {
    const ends = new Ends();
    let front: HttpsFront;
    let running: RunningEngine;
    before(async () => {
      front = await openHttpsFront(ends);
      running = await engine.start(ends, front.destination);
    });
    after(() => ends.run());

    for (const one of played) {
      if (one.lacksPrefixes === true && engine.enforcesPrefixes) continue;
      test(titleOf(one), async () => {
        const mine = new Ends();
        try {
          await one.play(await aScene(mine, { front, engine, running }));
        } finally {
          await mine.run();
        }
      });
    }
  });
}
