/**
 * The cases over HTTP, each in the orders in which its cookies may come, and each on stages where one mechanism is
 * switched off, on which it must not hold. The cases that need a real Django are in adoption.test.ts and
 * django.test.ts, the bare rules in case-reading.test.ts, and case 25 in replay.test.ts and outage.test.ts.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { credentialCases } from './case-credentials.ts';
import { neighbourCases } from './case-neighbours.ts';
import { originCases } from './case-origins.ts';
import { rollOutCases } from './case-roll-outs.ts';
import type { CaseRun } from './case-run.ts';
import { twinCases } from './case-twins.ts';
import { caseOf } from './cases.ts';
import { aStage } from './stage.ts';

const runs: readonly CaseRun[] = [
  ...twinCases,
  ...rollOutCases,
  ...neighbourCases,
  ...credentialCases,
  ...originCases,
];

for (const { number, skip = false, orders, options, run, off } of runs) {
  describe(`case ${number}: ${caseOf(number).title}`, { skip }, () => {
    for (const order of orders) {
      test(`cookies in the order ${order}`, async (t) => {
        await run(await aStage(t, { ...(await options?.(t)), order, seed: number }));
      });
    }
    for (const broken of off) {
      test(`does not hold when ${broken.what}`, async (t) => {
        const stage = await aStage(t, { ...(await options?.(t)), ...broken.options() });
        await assert.rejects(run(stage), (error) => {
          assert.ok(error instanceof assert.AssertionError, String(error));
          assert.match(error.message, broken.says);
          return true;
        });
      });
    }
  });
}
