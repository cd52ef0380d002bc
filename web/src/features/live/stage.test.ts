import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EventDetail, EventStatus, OnAir, Slot } from '@slipmat/contract/events';
import { airOf, currentSlot, stageOf } from './stage.ts';

const mika = { id: 'mika', handle: 'mika', displayName: 'Mika', groups: [] };
const jo = { id: 'jo', handle: 'jo-jo', displayName: 'Jo', groups: [] };

function event(status: EventStatus): EventDetail {
  return {
    id: 'e',
    slug: 'night',
    title: 'Night',
    description: '',
    status,
    startsAt: 1_000,
    endsAt: 9_000,
    endedAt: null,
    listed: true,
    posterUrl: null,
    host: mika,
    lineup: [],
  };
}
const playing: OnAir = { dj: mika, since: 1_000, sound: true, contentType: 'audio/mpeg' };
const state = (status: EventStatus, onAir: OnAir | null = null) => ({ event: event(status), onAir });

test('each status has its stage, and who is on air goes before it', () => {
  assert.equal(stageOf(state('draft'), 0).name, 'draft');
  assert.equal(stageOf(state('cancelled', playing), 0).name, 'cancelled');
  assert.deepEqual(stageOf(state('scheduled'), 0), { name: 'before', startsAt: 1_000, late: false });
  assert.deepEqual(stageOf(state('warm-up'), 1_000), { name: 'before', startsAt: 1_000, late: true });
  assert.equal(stageOf(state('warm-up', playing), 0).name, 'on-air');
  assert.equal(stageOf(state('live', { ...playing, sound: false }), 0).name, 'lost');
  assert.equal(stageOf(state('live'), 0).name, 'between');
  assert.equal(stageOf(state('cool-down'), 0).name, 'cool-down');
  assert.equal(stageOf(state('ended'), 0).name, 'ended');
});

test('the player hears of sound, of loss, of the end, and of not knowing', () => {
  assert.deepEqual(airOf(state('live', playing), true), { air: 'sound', over: false });
  assert.deepEqual(airOf(state('live', { ...playing, sound: false }), true), { air: 'lost', over: false });
  assert.deepEqual(airOf(state('live'), true), { air: 'none', over: false });
  assert.deepEqual(airOf(state('live', playing), false), { air: 'unknown', over: false });
  assert.deepEqual(airOf(undefined, true), { air: 'unknown', over: false });
  assert.deepEqual(airOf(state('ended'), false), { air: 'none', over: true });
});

const slot = (dj: typeof mika, startsAt: number, endsAt: number): Slot => ({
  id: `${dj.id}${startsAt}`,
  dj,
  startsAt,
  endsAt,
});

test('the marked slot is that of the DJ who plays, even late or over time', () => {
  const lineup = [slot(mika, 0, 10), slot(jo, 10, 20), slot(mika, 20, 30)];
  assert.equal(currentSlot(lineup, undefined, 5)?.id, 'mika0');
  assert.equal(currentSlot(lineup, 'mika', 12)?.id, 'mika0');
  assert.equal(currentSlot(lineup, 'mika', 19)?.id, 'mika20');
  assert.equal(currentSlot(lineup, 'jo', 12)?.id, 'jo10');
  assert.equal(currentSlot(lineup, 'guest', 12)?.id, 'jo10');
  assert.equal(currentSlot(lineup, undefined, 99), undefined);
});
