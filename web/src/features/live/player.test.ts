import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  advance,
  backoff,
  idlePlayer,
  type Player,
  type PlayerInput,
  playerLimits,
  wakeAt,
} from './player.ts';

const middle = () => 0.5;

function run(steps: readonly (readonly [number, PlayerInput])[], from: Player = idlePlayer): Player {
  return steps.reduce((player, [now, input]) => advance(player, input, now, middle), from);
}

const onAir: PlayerInput = { type: 'air', air: 'sound', over: false };
const lost: PlayerInput = { type: 'air', air: 'lost', over: false };
const offAir: PlayerInput = { type: 'air', air: 'none', over: false };
const over: PlayerInput = { type: 'air', air: 'none', over: true };

test('a press on play asks for the stream at once, and moving sound is playing', () => {
  const pressed = run([
    [0, onAir],
    [10, { type: 'play' }],
  ]);
  assert.equal(pressed.source, 1);
  assert.equal(pressed.phase.name, 'connecting');
  const playing = run([[400, { type: 'moved' }]], pressed);
  assert.deepEqual(playing.phase, { name: 'playing', since: 400, movedAt: 400 });
  assert.equal(playing.source, 1);
});

test('sound that stands still is asked for again with a fresh source', () => {
  const playing = run([
    [0, onAir],
    [0, { type: 'play' }],
    [400, { type: 'moved' }],
  ]);
  const due = wakeAt(playing);
  assert.equal(due, 400 + playerLimits.stallMs);
  assert.equal(run([[due - 1, { type: 'tick' }]], playing), playing);
  const broken = run([[due, { type: 'tick' }]], playing);
  assert.equal(broken.phase.name, 'reconnecting');
  assert.equal(broken.source, null);
  const retry = wakeAt(broken);
  assert.ok(retry !== null && retry > due);
  const again = run([[retry, { type: 'tick' }]], broken);
  assert.equal(again.source, 2);
  assert.equal(again.phase.name, 'connecting');
});

test('a listener is never given up: every failure leads to another try', () => {
  let player = run([
    [0, onAir],
    [0, { type: 'play' }],
  ]);
  let now = 0;
  for (let failure = 1; failure <= 200; failure += 1) {
    player = advance(player, { type: 'failed' }, now, middle);
    const due = wakeAt(player);
    assert.ok(due !== null);
    assert.ok(due - now <= playerLimits.backoffMostMs);
    now = due;
    player = advance(player, { type: 'tick' }, now, middle);
    assert.equal(player.phase.name, 'connecting');
  }
  assert.equal(player.loads, 201);
});

test('steady sound forgets earlier failures, a short burst of it does not', () => {
  const failed = run([
    [0, onAir],
    [0, { type: 'play' }],
    [0, { type: 'failed' }],
    [5_000, { type: 'tick' }],
    [6_000, { type: 'moved' }],
    [7_000, { type: 'moved' }],
  ]);
  assert.equal(failed.failures, 1);
  assert.equal(run([[6_000 + playerLimits.steadyMs, { type: 'moved' }]], failed).failures, 0);
});

test('the network coming back is tried at once', () => {
  const waiting = run([
    [0, onAir],
    [0, { type: 'play' }],
    [0, { type: 'failed' }],
    [1, { type: 'online' }],
  ]);
  assert.equal(waiting.phase.name, 'connecting');
  assert.equal(waiting.source, 2);
});

test('play during the countdown starts by itself when the DJ comes on air', () => {
  const waiting = run([
    [0, offAir],
    [0, { type: 'play' }],
  ]);
  assert.equal(waiting.phase.name, 'waiting');
  assert.equal(waiting.source, null);
  const started = run([[60_000, onAir]], waiting);
  assert.equal(started.phase.name, 'connecting');
  assert.equal(started.source, 1);
});

test('nothing starts for somebody who pressed stop', () => {
  const stopped = run([
    [0, offAir],
    [0, { type: 'play' }],
    [1, { type: 'stop' }],
    [2, onAir],
    [3, { type: 'online' }],
  ]);
  assert.equal(stopped.phase.name, 'idle');
  assert.equal(stopped.source, null);
  assert.equal(wakeAt(stopped), null);
});

test('a lost DJ keeps the connection, and the same connection plays on when the DJ is back', () => {
  const playing = run([
    [0, onAir],
    [0, { type: 'play' }],
    [400, { type: 'moved' }],
    [500, lost],
  ]);
  assert.equal(playing.phase.name, 'playing');
  const waiting = run([[400 + playerLimits.stallMs, { type: 'tick' }]], playing);
  assert.equal(waiting.phase.name, 'waiting');
  assert.equal(waiting.source, 1);
  const back = run(
    [
      [20_000, onAir],
      [21_000, { type: 'moved' }],
    ],
    waiting,
  );
  assert.equal(back.phase.name, 'playing');
  assert.equal(back.source, 1);
  const silent = run(
    [
      [20_000, onAir],
      [20_000 + playerLimits.resumeMs, { type: 'tick' }],
    ],
    waiting,
  );
  assert.equal(silent.phase.name, 'reconnecting');
});

test('a DJ who does not come back leaves the listener waiting, without asking in vain', () => {
  const waiting = run([
    [0, onAir],
    [0, { type: 'play' }],
    [400, { type: 'moved' }],
    [500, offAir],
    [600, { type: 'finished' }],
  ]);
  assert.equal(waiting.phase.name, 'waiting');
  assert.equal(wakeAt(waiting), null);
});

test('without a fresh word from the server the stream is tried all the same', () => {
  const unknown = run([
    [0, { type: 'air', air: 'unknown', over: false }],
    [0, { type: 'play' }],
  ]);
  assert.equal(unknown.phase.name, 'connecting');
});

test('the end of the event lets the sound run out, then says so', () => {
  const playing = run([
    [0, onAir],
    [0, { type: 'play' }],
    [400, { type: 'moved' }],
    [500, over],
  ]);
  assert.equal(playing.phase.name, 'playing');
  const ended = run([[900, { type: 'finished' }]], playing);
  assert.equal(ended.phase.name, 'ended');
  assert.equal(ended.source, null);
});

test('a browser that refuses sound asks for one more press, which then starts it', () => {
  const blocked = run([
    [0, onAir],
    [0, { type: 'play' }],
    [1, { type: 'refused' }],
  ]);
  assert.equal(blocked.phase.name, 'blocked');
  assert.equal(blocked.source, null);
  assert.equal(run([[2, { type: 'play' }]], blocked).phase.name, 'connecting');
});

test('late words of a dropped stream change nothing', () => {
  const stopped = run([
    [0, onAir],
    [0, { type: 'play' }],
    [1, { type: 'stop' }],
  ]);
  for (const type of ['moved', 'failed', 'finished', 'refused'] as const)
    assert.equal(run([[2, { type }]], stopped), stopped);
});

test('back-off doubles, is bounded and is spread', () => {
  assert.equal(
    backoff(1, () => 0),
    playerLimits.backoffFirstMs / 2,
  );
  assert.equal(
    backoff(2, () => 0),
    playerLimits.backoffFirstMs,
  );
  assert.ok(backoff(1_000_000, () => 0.999) <= playerLimits.backoffMostMs);
  assert.notEqual(
    backoff(5, () => 0.1),
    backoff(5, () => 0.9),
  );
});
