import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventStatus } from '@slipmat/contract/events';
import { type EventFacts, hasOpenChat, isEditable, statusAfter, statusAt, takesSource } from './lifecycle.ts';

const minute = 60_000;
const startsAt = 1_000 * minute;
const endsAt = startsAt + 60 * minute;

/** Minutes from the start of an event of one hour. */
type Row = readonly [what: string, facts: Partial<EventFacts>, at: number, expected: EventStatus];

const table: readonly Row[] = [
  ['a draft stays one, whatever the time', { status: 'draft' }, 500, 'draft'],
  ['long before', { status: 'scheduled' }, -31, 'scheduled'],
  ['half an hour before', { status: 'scheduled' }, -30, 'warm-up'],
  ['a server that slept over it goes step by step', { status: 'scheduled' }, 300, 'warm-up'],
  ['warm-up without a DJ', { status: 'warm-up' }, -5, 'warm-up'],
  ['warm-up with a DJ before the start', { status: 'warm-up', hasSource: true }, -5, 'live'],
  ['the start without a DJ', { status: 'warm-up' }, 0, 'warm-up'],
  ['a DJ who is late', { status: 'warm-up', hasSource: true }, 14, 'live'],
  ['nobody came: still waited for', { status: 'warm-up' }, 14.99, 'warm-up'],
  ['nobody came', { status: 'warm-up' }, 15, 'ended'],
  [
    'published late: waited for from then on',
    { status: 'warm-up', warmUpSince: startsAt + 10 * minute },
    24,
    'warm-up',
  ],
  [
    'published late, and nobody came',
    { status: 'warm-up', warmUpSince: startsAt + 10 * minute },
    25,
    'ended',
  ],
  ['a DJ who comes in the last moment', { status: 'warm-up', hasSource: true }, 15, 'live'],
  ['live', { status: 'live', hasSource: true }, 30, 'live'],
  ['live through a long silence', { status: 'live' }, 50, 'live'],
  ['the end, still playing', { status: 'live', hasSource: true }, 60, 'live'],
  ['the end, a moment of silence', { status: 'live' }, 61, 'live'],
  ['the end, silent', { status: 'live' }, 62, 'cool-down'],
  ['overrun', { status: 'live', hasSource: true }, 119, 'live'],
  ['overrun for too long', { status: 'live', hasSource: true }, 120, 'cool-down'],
  ['cool-down', { status: 'cool-down', coolDownSince: endsAt }, 74, 'cool-down'],
  ['after the cool-down', { status: 'cool-down', coolDownSince: endsAt }, 75, 'ended'],
  ['ended stays so', { status: 'ended', hasSource: true }, 10, 'ended'],
  ['cancelled stays so', { status: 'cancelled', hasSource: true }, 10, 'cancelled'],
];

for (const [what, facts, at, expected] of table) {
  test(`life: ${what}`, () => {
    const all = {
      startsAt,
      endsAt,
      warmUpSince: null,
      coolDownSince: null,
      hasSource: false,
      status: 'draft',
      ...facts,
    } as const;
    assert.equal(statusAt(all, startsAt + at * minute), expected);
  });
}

test('what a host may do in each status', () => {
  const allowed = EventStatus.options.map((status) => [
    status,
    statusAfter(status, 'publish'),
    statusAfter(status, 'cancel'),
    statusAfter(status, 'end'),
  ]);
  const no = undefined;
  assert.deepEqual(allowed, [
    ['draft', 'scheduled', 'cancelled', no],
    ['scheduled', no, 'cancelled', no],
    ['warm-up', no, 'cancelled', no],
    ['live', no, no, 'cool-down'],
    ['cool-down', no, no, no],
    ['ended', no, no, no],
    ['cancelled', no, no, no],
  ]);
});

test('what is open in each status', () => {
  const open = (rule: (status: EventStatus) => boolean) => EventStatus.options.filter(rule);
  assert.deepEqual(open(takesSource), ['warm-up', 'live']);
  assert.deepEqual(open(isEditable), ['draft', 'scheduled', 'warm-up', 'live']);
  assert.deepEqual(open(hasOpenChat), ['scheduled', 'warm-up', 'live', 'cool-down']);
});
