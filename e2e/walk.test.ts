/**
 * The walk: every call that the web part can make fails in six ways, in a real browser, and each time somebody is told,
 * in words and with a reference. A call that no scene makes fail fails the test by name, as does a silence that is not in
 * the list.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { requireCommand } from '../server/test/services/require-command.ts';
import { type Chromium, openChromium } from './browser.ts';
import { Ends } from './engines/ends.ts';
import { declaredCalls } from './walk/calls.ts';
import { play } from './walk/play.ts';
import type { Scene } from './walk/scene.ts';
import { scenes } from './walk/scenes.ts';
import { silences, silentCalls } from './walk/silences.ts';
import { makeWorld, type World } from './walk/world.ts';

/** Pages at once: each waits most of its time. */
const atOnce = 3;
const program = 'chromium-headless-shell';

const declared = declaredCalls();
const places = [...new Set(declared.calls.map(({ place }) => place))];

function titleOf({ of, as, title }: Scene): string {
  return `${of.join(', ')} as ${as}${title === undefined ? '' : ` (${title})`}`;
}

test('every call of the web part has a scene that makes it fail', () => {
  const walked = new Set([...scenes.flatMap(({ of }) => of), ...Object.keys(silentCalls)]);
  assert.deepEqual(
    places.filter((place) => !walked.has(place)),
    [],
    'calls that no scene makes fail',
  );
  assert.deepEqual(
    [...walked].filter((place) => !places.includes(place)),
    [],
    'scenes of calls that are gone',
  );
});

test('every deliberate silence of the web part is in the list', () => {
  const found = [...new Set(declared.silences.map(({ place }) => place))].sort();
  assert.deepEqual(found, [...silences].sort());
  for (const because of Object.values(silentCalls)) assert.ok(silences.includes(because), because);
});

describe('whatever fails, somebody is told', {
  skip: requireCommand(program),
  concurrency: atOnce,
}, () => {
  const ends = new Ends();
  let world: World;
  let chromium: Chromium;

  before(async () => {
    world = await makeWorld(ends);
    chromium = await openChromium(ends, world.site.origin, program);
  });
  after(() => ends.run());

  for (const scene of scenes) {
    test(titleOf(scene), async () => {
      const silent = await play(chromium, scene, world);
      assert.deepEqual(
        silent.map(({ way, why }) => `${way}: ${why}`),
        [],
        'nobody was told',
      );
    });
  }
});
