import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AudioElement, createDriver } from './driver.ts';
import { playerLimits } from './player.ts';

type Element = AudioElement & { paused: boolean; ended: boolean; currentTime: number };

/** The browser's element and timers are the outside world here. */
function stage(options: { readonly refuse?: boolean } = {}) {
  const handlers = new Map<string, () => void>();
  const loads: string[] = [];
  const troubles: unknown[] = [];
  let now = 0;
  let timer: { readonly at: number; readonly call: () => void } | undefined;
  const audio: Element = {
    src: '',
    currentTime: 0,
    paused: true,
    ended: false,
    load() {
      if (this.src !== '') loads.push(this.src);
    },
    play() {
      if (options.refuse === true)
        return Promise.reject(Object.assign(new Error('no press'), { name: 'NotAllowedError' }));
      this.paused = false;
      return Promise.resolve();
    },
    pause() {
      this.paused = true;
    },
    removeAttribute() {
      this.src = '';
    },
    addEventListener(type: string, handler: () => void) {
      handlers.set(type, handler);
    },
    removeEventListener(type: string) {
      handlers.delete(type);
    },
  };
  const driver = createDriver({
    audio,
    url: '/listen/first-night',
    random: () => 0.5,
    clock: {
      now: () => now,
      after(ms, call) {
        const mine = { at: now + ms, call };
        timer = mine;
        return () => {
          if (timer === mine) timer = undefined;
        };
      },
    },
    onTrouble: (error) => troubles.push(error),
  });
  return {
    audio,
    driver,
    loads,
    troubles,
    handlers,
    fire: (type: string) => handlers.get(type)?.(),
    pass(ms: number) {
      const until = now + ms;
      while (timer !== undefined && timer.at <= until) {
        const due = timer;
        timer = undefined;
        now = Math.max(now, due.at);
        due.call();
      }
      now = until;
    },
    pending: () => timer !== undefined,
  };
}

test('play loads within the press itself, with an address that no cache knows', () => {
  const { driver, loads, audio } = stage();
  driver.send({ type: 'play' });
  assert.equal(loads.length, 1);
  assert.match(loads[0] ?? '', /^\/listen\/first-night\?n=1-\w+$/);
  assert.equal(audio.paused, false);
});

test('a stall makes one new load on the same element, never two at once', () => {
  const world = stage();
  world.driver.send({ type: 'play' });
  for (let i = 1; i <= 20; i += 1) {
    world.pass(250);
    world.audio.currentTime = i / 4;
    world.fire('timeupdate');
  }
  assert.equal(world.driver.state().phase.name, 'playing');
  world.pass(playerLimits.stallMs + playerLimits.backoffFirstMs + 100);
  assert.equal(world.loads.length, 2);
  assert.notEqual(world.loads[0], world.loads[1]);
  assert.equal(world.driver.state().phase.name, 'connecting');
});

test('timeupdate without progress is not sound', () => {
  const world = stage();
  world.driver.send({ type: 'play' });
  world.fire('timeupdate');
  assert.equal(world.driver.state().phase.name, 'connecting');
});

test('a refused play shows as blocked', async () => {
  const world = stage({ refuse: true });
  const changed = new Promise<void>((resolve) => {
    world.driver.subscribe(() => {
      if (world.driver.state().phase.name === 'blocked') resolve();
    });
  });
  world.driver.send({ type: 'play' });
  await changed;
  assert.equal(world.audio.src, '');
  assert.deepEqual(world.troubles, []);
});

test('a pause by the system stops, the pause of a drained stream does not', () => {
  const world = stage();
  world.driver.send({ type: 'play' });
  world.audio.paused = true;
  world.audio.ended = true;
  world.fire('pause');
  assert.equal(world.driver.state().wanted, true);
  world.audio.ended = false;
  world.fire('pause');
  assert.equal(world.driver.state().wanted, false);
});

test('close lets go of everything', () => {
  const world = stage();
  world.driver.send({ type: 'play' });
  world.driver.close();
  assert.equal(world.audio.src, '');
  assert.equal(world.handlers.size, 0);
  assert.equal(world.pending(), false);
});
