import assert from 'node:assert/strict';
import { test } from 'node:test';
import { audienceWords, handlesOf, kindsFor, newPart, onlyOwnEvents, partOf, partsFor } from './audience.ts';
import { bodyOf, draftErrors, newDraft, prefillOf } from './compose-draft.ts';

const now = Date.UTC(2026, 10, 25, 12);
let made = 0;
const newKey = (): string => {
  made += 1;
  return `key-number-${made}`;
};
const nothing = prefillOf(new URLSearchParams());
const fault = '01940000-0000-7000-8000-000000000001';

test('what each sender is offered', () => {
  assert.deepEqual(kindsFor(['member']), []);
  assert.deepEqual(kindsFor(['member', 'dj']), ['normal']);
  assert.deepEqual(partsFor(['dj'], 'normal'), ['event']);
  assert.equal(onlyOwnEvents(['dj'], 'normal'), true);
  assert.deepEqual(partsFor(['dj'], 'must-read'), []);
  assert.deepEqual(partsFor(['mentor'], 'must-read'), ['djs', 'event', 'people']);
  assert.deepEqual(partsFor(['dj', 'moderator'], 'must-read'), ['listeners', 'event', 'people']);
  assert.equal(onlyOwnEvents(['dj', 'moderator'], 'normal'), false);
  assert.equal(partsFor(['staff'], 'normal').length, 7);
});

test('handles as they are typed', () => {
  assert.deepEqual(handlesOf(' @nova, Mira;kasimir\nnova '), ['nova', 'mira', 'kasimir']);
  assert.deepEqual(handlesOf(' , '), []);
});

test('the address of the composer says whom it is for', () => {
  const search = new URLSearchParams({ fault, incident: '7', event: 'friday', people: 'nova,mira' });
  const draft = newDraft(newKey, prefillOf(search));
  assert.deepEqual(draft.to.map(partOf), [
    { kind: 'fault', faultId: fault },
    { kind: 'event', slug: 'friday' },
    { kind: 'people', handles: ['nova', 'mira'] },
  ]);
  assert.equal(draft.title, 'INC-7: ');
  assert.deepEqual(newDraft(newKey, nothing).to, []);
});

test('a whole draft has no errors, and becomes what the contract wants', () => {
  const draft = {
    ...newDraft(newKey, nothing),
    title: ' Keys ',
    text: 'one\r\ntwo',
    link: ' /dj ',
    to: [newPart('a', 'djs')],
    except: [newPart('b', 'people', { handles: 'nova' })],
    push: '0',
    email: '60',
    remindEvery: '24',
    remindTimes: '3',
  };
  assert.deepEqual(draftErrors(draft, now), {});
  const body = bodyOf(draft);
  assert.deepEqual(
    [body.text, body.link, body.startsAt, body.pushAfter, body.emailAfter, body.reminders],
    ['one\ntwo', '/dj', null, 0, 60, { everyHours: 24, times: 3 }],
  );
  assert.equal(audienceWords(body.audience), 'the DJs, without @nova');
});

test('what is wrong is said at its field', () => {
  const empty = newDraft(newKey, nothing);
  assert.deepEqual(Object.keys(draftErrors(empty, now)).toSorted(), ['audience.to', 'title']);
  const whole = { ...empty, title: 'x', to: [newPart('a', 'event')] };
  assert.ok(draftErrors(whole, now)['audience.to.0.slug']);
  const djs = { ...whole, to: [newPart('a', 'djs')] };
  for (const link of ['//evil.example', '/\\evil.example', 'javascript:alert(1)', 'http://plain.example']) {
    assert.ok(draftErrors({ ...djs, link }, now)['link'], link);
  }
  assert.ok(draftErrors({ ...djs, expires: '2026-11-24T10:00' }, now)['expiresAt']);
  assert.ok(
    draftErrors({ ...djs, starts: '2026-12-02T10:00', expires: '2026-12-01T10:00' }, now)['expiresAt'],
  );
  assert.ok(draftErrors({ ...djs, starts: '2028-12-02T10:00' }, now)['startsAt']);
  const nobody = { ...djs, to: [newPart('a', 'people', { handles: 'no spaces!' })] };
  assert.ok(Object.keys(draftErrors(nobody, now)).some((path) => path.startsWith('audience.to.0.handles')));
});
