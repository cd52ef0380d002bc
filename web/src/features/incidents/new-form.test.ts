import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Audience } from '@slipmat/contract/audiences';
import { audienceOf, firstValues } from './new-form.ts';

const faultId = '01890a5d-ac96-774b-bcce-b302099a8057';

test('begun at a fault it goes to exactly those whom it hit', () => {
  assert.deepEqual(audienceOf(firstValues(true), faultId), {
    to: [{ kind: 'fault', faultId }],
    except: [],
  });
  assert.equal(audienceOf(firstValues(true), undefined), undefined);
});

test('every choice is an audience of the contract, once it is said which', () => {
  const cases = [
    ['everyone', '', true],
    ['djs', '', true],
    ['listeners', '', true],
    ['event', 'https://radio.example/e/friday-night/', true],
    ['event', ' ', false],
    ['people', '@Nova, ana\nmira', true],
    ['people', ' , ', false],
    ['nonsense', 'x', false],
  ] as const;
  for (const [audience, named, expected] of cases) {
    const made = audienceOf({ ...firstValues(false), audience, named }, undefined);
    assert.equal(made !== undefined, expected, `${audience} ${named}`);
    if (made !== undefined) Audience.parse(made);
  }
  const people = audienceOf({ ...firstValues(false), audience: 'people', named: '@Nova, ana' }, undefined);
  assert.deepEqual(people?.to, [{ kind: 'people', handles: ['nova', 'ana'] }]);
});
