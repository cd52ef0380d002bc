import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FaultSummary } from '@slipmat/contract/faults';
import { createTelling, type StaffNotice } from './telling.ts';

function summary(id: string, change: Partial<FaultSummary> = {}): FaultSummary {
  return {
    id,
    kind: 'server',
    state: 'open',
    code: 'internal-error',
    name: 'TypeError',
    message: `${id} is \`not\` there`,
    place: 'GET /api/events/{slug}',
    count: 1,
    people: 0,
    anonymousHits: 1,
    firstAt: 1,
    lastAt: 1,
    hours: [],
    ...change,
  };
}

function aDesk(kind: FaultSummary['kind'] = 'server') {
  let now = 3_600_000_000;
  const notices: StaffNotice[] = [];
  const telling = createTelling({
    now: () => now,
    summaryOf: async (id) => summary(id, { kind }),
    async tell(notice) {
      notices.push(notice);
    },
  });
  return {
    notices,
    telling,
    hourPasses() {
      now += 3_600_000;
    },
  };
}

const written = (faultId: string, change: 'new' | 'came-back' | 'known') => ({
  faultId,
  change,
  newcomers: [],
});

test('a new fault and one that came back are told with a link; a known one is not', async () => {
  const { notices, telling } = aDesk();
  await telling.written([written('a', 'new'), written('b', 'known'), written('c', 'came-back')]);
  assert.deepEqual(
    notices.map(({ title, link }) => [title, link]),
    [
      ['New fault: TypeError: a is `not` there', '/staff/faults/a'],
      ['Fault came back: TypeError: c is `not` there', '/staff/faults/c'],
    ],
  );
});

test('networks, extensions and DJ software are not told', async () => {
  for (const kind of ['connection', 'policy', 'source'] as const) {
    const { notices, telling } = aDesk(kind);
    await telling.written([written('a', 'new')]);
    assert.deepEqual(notices, [], kind);
  }
});

test('six in an hour, and one digest of the rest when it is over', async () => {
  const { notices, telling, hourPasses } = aDesk();
  await telling.written(Array.from({ length: 30 }, (_none, index) => written(`f${index}`, 'new')));
  await telling.digest();
  assert.equal(notices.length, 6);
  hourPasses();
  await telling.digest();
  await telling.digest();
  assert.equal(notices.length, 7);
  assert.equal(notices[6]?.title, '24 more faults are new or came back');
  assert.match(notices[6]?.text ?? '', /\* `TypeError: f6 is 'not' there`/);
  assert.match(notices[6]?.text ?? '', /and 14 more$/);
  hourPasses();
  await telling.digest();
  assert.equal(notices.length, 7);
});
