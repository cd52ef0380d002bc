import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from 'node:test';
import { type EventDetail, eventsEndpoints } from '@slipmat/contract/events';
import { fromLocal, toLocal } from '../../ui/local-time.ts';
import {
  addSlot,
  bodyOf,
  changedFields,
  draftErrors,
  draftOf,
  type EventDraft,
  moveStart,
  newDraft,
  shareEvenly,
} from './draft.ts';

process.env['TZ'] = 'Europe/Berlin';

const hour = 3_600_000;
const nine = Date.UTC(2026, 11, 4, 20, 0);

const draft: EventDraft = {
  title: 'Night',
  description: '',
  from: '2026-12-04T21:00',
  to: '2026-12-04T23:00',
  listed: true,
  lineup: [],
};

const ana = { id: 'p1', handle: 'ana', displayName: 'Ana', groups: [] };
const ben = { id: 'p2', handle: 'ben', displayName: 'Ben', groups: [] };

function eventWith(lineup: EventDetail['lineup']): Parameters<typeof draftOf>[0] {
  return {
    id: 'e1',
    slug: 'night',
    title: 'Night',
    status: 'scheduled',
    startsAt: nine,
    endsAt: nine + 2 * hour,
    listed: true,
    posterUrl: null,
    host: ana,
    description: 'Deep',
    lineup,
    endedAt: null,
  };
}

const two = addSlot(addSlot(draft, 'a', 'ana'), 'b', 'ben');

test('times are the reader’s own and come back the same, also across a change of the clocks', () => {
  assert.equal(toLocal(nine), '2026-12-04T21:00');
  assert.equal(fromLocal('2026-12-04T21:00'), nine);
  assert.equal(fromLocal(toLocal(Date.UTC(2026, 6, 1, 18, 0))), Date.UTC(2026, 6, 1, 18, 0));
  assert.ok(Number.isNaN(fromLocal('')));
  assert.ok(Number.isNaN(fromLocal('tomorrow')));
});

test('a new event is tomorrow at nine in the evening and passes once it has a title', () => {
  const fresh = newDraft(nine - 30 * hour);
  assert.equal(fresh.from, '2026-12-04T21:00');
  assert.deepEqual(draftErrors(fresh), { title: 'Please fill this in.' });
  assert.deepEqual(draftErrors({ ...fresh, title: 'Night' }), {});
  assert.ok(eventsEndpoints.create.body.safeParse(bodyOf({ ...fresh, title: 'Night' })).success);
});

test('an event that only its host plays at has no line-up to edit; others keep theirs', () => {
  const whole = { id: 's1', dj: ana, startsAt: nine, endsAt: nine + 2 * hour };
  assert.deepEqual(draftOf(eventWith([whole])).lineup, []);
  assert.equal(draftOf(eventWith([{ ...whole, dj: ben }])).lineup[0]?.handle, 'ben');
  assert.equal(draftOf(eventWith([{ ...whole, endsAt: nine + hour }])).lineup[0]?.to, '2026-12-04T22:00');
});

test('an event that is not touched has no changed fields; a touched one has just those', () => {
  const before = draftOf(eventWith([{ id: 's1', dj: ben, startsAt: nine, endsAt: nine + hour }]));
  assert.deepEqual(changedFields(before, before), {});
  assert.deepEqual(changedFields(before, { ...before, title: 'Dawn' }), { title: 'Dawn' });
  assert.deepEqual(changedFields(before, { ...before, lineup: [] }), { lineup: [] });
  assert.deepEqual(changedFields(before, { ...before, to: '2026-12-05T00:00' }), { lengthMinutes: 180 });
});

test('what is wrong is told at its field', () => {
  assert.equal(draftErrors({ ...draft, from: '' })['startsAt'], 'Please fill this in.');
  const backwards = draftErrors({ ...draft, to: '2026-12-04T20:00' });
  assert.equal(backwards['lengthMinutes'], 'It must end at least 5 minutes after it starts.');
  const endless = draftErrors({ ...draft, to: '2027-01-04T20:00' });
  assert.equal(endless['lengthMinutes'], 'At most a week is possible.');
});

test('slots that overlap, end before they begin or leave the event are told at the slot', () => {
  assert.deepEqual(draftErrors(shareEvenly(two)), {});
  const [first, second] = shareEvenly(two).lineup;
  assert.ok(first !== undefined && second !== undefined);
  const errors = (lineup: EventDraft['lineup']) => draftErrors({ ...two, lineup });
  assert.deepEqual(errors([first, { ...second, from: '2026-12-04T21:30' }]), {
    'lineup.1.startsAt': 'Overlaps with slot 1.',
  });
  assert.deepEqual(errors([{ ...first, from: '2026-12-04T20:00' }]), {
    'lineup.0.startsAt': 'Before the event starts.',
  });
  assert.deepEqual(errors([{ ...first, to: '2026-12-04T23:30' }]), {
    'lineup.0.endsAt': 'After the event ends.',
  });
  assert.deepEqual(errors([{ ...first, to: first.from }]), { 'lineup.0.endsAt': 'Must be after its start.' });
  assert.match(errors([{ ...first, handle: '' }])['lineup.0.handle'] ?? '', /3 to 30 letters/);
});

test('another start takes the end and the slots along', () => {
  const moved = moveStart(shareEvenly(two), '2026-12-05T10:15');
  assert.equal(moved.to, '2026-12-05T12:15');
  assert.deepEqual(
    moved.lineup.map(({ from, to }) => [from, to]),
    [
      ['2026-12-05T10:15', '2026-12-05T11:15'],
      ['2026-12-05T11:15', '2026-12-05T12:15'],
    ],
  );
  const half = moveStart(two, '');
  assert.equal(half.from, '');
  assert.equal(half.to, two.to, 'a start that is being typed moves nothing');
});

test('the time is shared evenly on whole minutes and without a gap', () => {
  const three = shareEvenly({ ...addSlot(two, 'c', 'cleo'), to: '2026-12-04T22:40' });
  assert.deepEqual(
    three.lineup.map(({ from, to }) => [from.slice(11), to.slice(11)]),
    [
      ['21:00', '21:33'],
      ['21:33', '22:07'],
      ['22:07', '22:40'],
    ],
  );
});

test('a handle may be typed with its @', () => {
  assert.equal(bodyOf(addSlot(draft, 'a', ' @ana ')).lineup[0]?.handle, 'ana');
});
