import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  clockTime,
  countdown,
  dayAndTime,
  dayName,
  duration,
  fullTime,
  type Reader,
  relativeTime,
} from './time-format.ts';

const berlin: Reader = { locale: 'de-DE', zone: 'Europe/Berlin' };
const newYork: Reader = { locale: 'en-US', zone: 'America/New_York' };
const auckland: Reader = { locale: 'en-NZ', zone: 'Pacific/Auckland' };

/** Friday, 4 December 2026, 20:30 UTC. */
const evening = Date.UTC(2026, 11, 4, 20, 30);
const hour = 3_600_000;

test('the same moment is told in each reader’s own zone and clock', () => {
  assert.equal(clockTime(evening, berlin), '21:30');
  assert.match(clockTime(evening, newYork), /^3:30\sPM$/);
  assert.match(fullTime(evening, berlin), /^Friday,? 4 December 2026 at 21:30 CET$/);
});

test('today and tomorrow are the reader’s, not the server’s', () => {
  const now = evening - 10 * hour;
  assert.equal(dayName(evening, now, berlin), 'Today');
  assert.equal(dayName(evening, now, auckland), 'Tomorrow', 'it is past midnight there by then');
  assert.equal(dayName(evening, evening - 9 * hour, auckland), 'Today');
  assert.equal(dayName(evening, evening - 22 * hour, berlin), 'Tomorrow');
  assert.equal(dayName(evening, evening - 20 * hour, berlin), 'Today');
  assert.equal(dayName(evening, evening + 24 * hour, berlin), 'Yesterday');
});

test('a day within the week has its name, later ones their date, another year its number', () => {
  assert.equal(dayName(evening, evening - 3 * 24 * hour, berlin), 'Friday');
  assert.match(dayName(evening, evening - 20 * 24 * hour, berlin), /^Fri,? 4 Dec$/);
  assert.match(dayName(evening, evening - 400 * 24 * hour, berlin), /^Fri,? 4 Dec 2026$/);
  assert.match(dayName(evening, evening - 20 * 24 * hour, newYork), /^Fri,? Dec 4$/);
});

test('the night the clocks change is still one day', () => {
  // 25 October 2026, Berlin goes back from 3:00 to 2:00.
  const before = Date.UTC(2026, 9, 24, 21, 0);
  assert.equal(dayName(Date.UTC(2026, 9, 25, 22, 30), before, berlin), 'Tomorrow');
  assert.equal(dayAndTime(Date.UTC(2026, 9, 25, 1, 30), before, berlin), 'Tomorrow, 02:30');
});

test('relative times say the largest unit, and the day when that is far', () => {
  const from = (away: number) => relativeTime(evening + away, evening, berlin);
  assert.equal(from(-20_000), 'just now');
  assert.equal(from(-50_000), '1 minute ago');
  assert.equal(from(-5 * 60_000), '5 minutes ago');
  assert.equal(from(3 * hour), 'in 3 hours');
  assert.equal(from(-2 * 24 * hour), '2 days ago');
  assert.match(from(-30 * 24 * hour), /^Wed,? 4 Nov$/);
});

test('a countdown is shorter the further away, and never below nothing', () => {
  assert.equal(countdown(51 * hour + 1), '2 d 3 h');
  assert.equal(countdown(3 * hour + 5 * 60_000), '3 h 05 min');
  assert.equal(countdown(12 * 60_000 + 4_000), '12:04');
  assert.equal(countdown(1), '0:01');
  assert.equal(countdown(-5_000), '0:00');
});

test('how long something lasts', () => {
  assert.deepEqual([45 * 60_000, 2 * hour, 2.5 * hour, 76 * hour, 0].map(duration), [
    '45 min',
    '2 h',
    '2 h 30 min',
    '3 d 4 h',
    '0 min',
  ]);
});
