import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EventCard, EventStatus } from '@slipmat/contract/events';
import { currentEvent } from './current.ts';

function card(slug: string, status: EventStatus, startsAt = 0): EventCard {
  const host = { id: 'h', handle: 'mika', displayName: 'Mika', groups: [] };
  return {
    slug,
    title: slug,
    status,
    startsAt,
    endsAt: startsAt + 1,
    listed: true,
    posterUrl: null,
    host,
    djs: [],
    listeners: 0,
  };
}

test('the event the source plays at goes before all others', () => {
  const events = [card('one', 'live'), card('two', 'cool-down')];
  const lost = { state: 'lost', eventSlug: 'two', since: 0, graceEndsAt: 1 } as const;
  assert.equal(currentEvent(events, lost)?.slug, 'two');
  assert.equal(currentEvent(events, { ...lost, eventSlug: 'unknown' })?.slug, 'one');
});

test('what runs goes before what comes, what comes sooner before later', () => {
  const events = [card('far', 'scheduled', 900), card('near', 'scheduled', 100), card('past', 'ended', 1)];
  assert.equal(currentEvent(events, { state: 'offline' })?.slug, 'near');
  assert.equal(currentEvent([...events, card('now', 'warm-up', 950)], undefined)?.slug, 'now');
});

test('drafts and what is over are not current', () => {
  assert.equal(
    currentEvent([card('a', 'draft'), card('b', 'ended'), card('c', 'cancelled')], undefined),
    undefined,
  );
});
