/** Cases 2, 12 and 19 on the bare rules, and proof that each would notice a careless reader or guard. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  carelessGuards,
  confusingNamesAreNothing,
  everyCombinationIsDecided,
  everyOrderAgrees,
  junkHidesNothingForeign,
  naiveReader,
  ourGuard,
  ourReader,
  tidyingReader,
} from './case-reading.ts';
import { caseOf } from './cases.ts';

const title = (number: number): string => `case ${number}: ${caseOf(number).title}`;

test(`${title(2)} (1,000 seeds)`, () => everyOrderAgrees(ourReader));
for (const pick of ['first', 'last'] as const) {
  test(`${title(2)}: does not hold for a reader that takes the ${pick} cookie`, () => {
    assert.throws(() => everyOrderAgrees(naiveReader(pick)), assert.AssertionError);
  });
}

test(`${title(12)} (the reader)`, () => confusingNamesAreNothing(ourReader));
test(`${title(12)} (the old site’s cookie)`, () => junkHidesNothingForeign(ourReader));
const tidiers: Readonly<Record<string, (part: string) => string>> = {
  'trims Unicode spaces': (part) => part.trim(),
  'takes any letters': (part) => (part.toLowerCase() === '__host-slipmat' ? '__Host-slipmat' : part),
  'decodes names': (part) => decodeURIComponent(part),
  'takes quotes off': (part) => part.replaceAll('"', ''),
};
for (const [what, tidy] of Object.entries(tidiers)) {
  test(`${title(12)}: does not hold for a reader that ${what}`, () => {
    assert.throws(() => confusingNamesAreNothing(tidyingReader(tidy)), assert.AssertionError);
  });
}

test(`${title(19)} (the guard)`, () => everyCombinationIsDecided(ourGuard));
for (const [what, guard] of Object.entries(carelessGuards)) {
  test(`${title(19)}: does not hold for a guard that ${what}`, () => {
    assert.throws(() => everyCombinationIsDecided(guard), assert.AssertionError);
  });
}
