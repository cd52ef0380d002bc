import assert from 'node:assert/strict';
import { test } from 'node:test';
import { progressPlot } from './progress.ts';
import { beyondWords, lastStepWords, reachedWords } from './reach-words.ts';
import { afterWords, channelsWords, filtersFor, progressWords, toRemind } from './sent-words.ts';
import { effectWords, getsIt, senderRole } from './viewers.ts';
import { arrivalWords, bellCount, bellWords, readingWords } from './words.ts';

const reached = {
  people: 214,
  djs: 12,
  listeners: 198,
  team: 4,
  withEmail: 202,
  withPush: 40,
  withEither: 210,
  public: false,
};
const counts = { recipients: 40, seen: 30, confirmed: 12, reminded: 0, unreachable: 1 };
const nothing = { seenAt: null, dismissedAt: null, confirmedAt: null, confirmedBeforeAt: null };

test('whom it reaches, and whom not beyond the page', () => {
  assert.equal(reachedWords(reached), '214 people: 12 DJs, 198 listeners, 4 of the team');
  assert.match(reachedWords({ ...reached, public: true }), /without an account$/);
  assert.equal(
    lastStepWords(reached, { email: true, push: false }),
    'This goes to 214 people, 12 of whom you cannot reach beyond the page.',
  );
  assert.match(lastStepWords(reached, { email: true, push: true }), /, 4 of whom/);
  assert.match(lastStepWords(reached, { email: false, push: false }), /people\. It stays on the pages/);
  assert.match(beyondWords({ ...reached, withEmail: 214 }, { email: true, push: false }), /^Each of them/);
});

test('who gets it, of those it is previewed as', () => {
  const draft = { kind: 'normal', email: '' } as const;
  assert.match(getsIt('mail', draft, reached) ?? '', /does not go on/);
  assert.equal(getsIt('dj', draft, reached), undefined);
  assert.match(getsIt('dj', draft, { ...reached, djs: 0 }) ?? '', /No DJ/);
  assert.equal(getsIt('listener', draft, { ...reached, listeners: 0, public: true }), undefined);
  assert.match(effectWords('dj', { kind: 'must-read', email: '' }), /go live/);
  assert.equal(senderRole(['member', 'dj', 'mentor']), 'mentor');
});

test('counts and times in words', () => {
  assert.equal(progressWords('must-read', counts), '12 of 40 people confirmed');
  assert.equal(progressWords('normal', counts), '30 of 40 people have seen it');
  assert.equal(toRemind({ kind: 'must-read', counts }), 28);
  assert.equal(toRemind({ kind: 'normal', counts }), 10);
  assert.deepEqual([0, 1, 15, 60, 240, 1440].map(afterWords), [
    'at once',
    'after 1 minute',
    'after 15 minutes',
    'after 1 hour',
    'after 4 hours',
    'after 1 day',
  ]);
  assert.equal(channelsWords({ email: 'sent', push: null }), 'E-mail sent');
  assert.equal(filtersFor('normal').includes('confirmed'), false);
});

test('the bell, the list and what is said aloud', () => {
  assert.deepEqual([bellCount(3), bellCount(120)], ['3', '99+']);
  assert.equal(bellWords(3, true), 'Notifications, 3 unread');
  assert.match(bellWords(3, false), /not up to date/);
  assert.match(readingWords('must-read', nothing) ?? '', /top of the page/);
  assert.match(readingWords('must-read', { ...nothing, confirmedBeforeAt: 1 }) ?? '', /^Changed/);
  assert.equal(readingWords('normal', { ...nothing, seenAt: 1 }), undefined);
  const sent = { kind: 'must-read', title: 'Keys', from: { name: 'Mira', role: 'mentor' } } as const;
  const whole = {
    ...sent,
    id: '',
    version: 1,
    text: '',
    link: null,
    sentAt: 0,
    changedAt: null,
    expiresAt: null,
    before: null,
    incident: null,
  };
  assert.equal(arrivalWords(whole, false), 'Please read a message from Mira: Keys');
  assert.match(arrivalWords(whole, true), /changed/);
});

test('the chart: steps that end where the last count is', () => {
  const points = [
    { at: 0, seen: 0, confirmed: 0 },
    { at: 50, seen: 20, confirmed: 10 },
    { at: 100, seen: 40, confirmed: 20 },
  ];
  const { seen, confirmed } = progressPlot(points, {
    width: 100,
    height: 40,
    recipients: 40,
    from: 0,
    to: 100,
  });
  assert.equal(seen, 'M0 40H0V40H50V20H100V0H100');
  assert.equal(confirmed, 'M0 40H0V40H50V30H100V20H100');
});
