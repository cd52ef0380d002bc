import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DashboardState, DashboardTopicEvent, reduceDashboard } from '@slipmat/contract/dashboard';
import { clientProblem } from './problem-error.ts';
import { noTopicView, type TopicView, viewAfter } from './topic-view.ts';

const snapshot = { connection: { state: 'offline' }, attempts: [], listeners: 3 };
const shape = { state: DashboardState, event: DashboardTopicEvent, reduce: reduceDashboard };
const begin: TopicView<DashboardState> = noTopicView;

function after(
  view: TopicView<DashboardState>,
  news: Parameters<typeof viewAfter>[1],
): TopicView<DashboardState> {
  return viewAfter(view, news, shape);
}

const shown = after(begin, { type: 'snapshot', state: snapshot, seq: 1 });

test('a snapshot and events make the state', () => {
  const view = after(shown, {
    type: 'events',
    events: [{ type: 'dashboard.listeners', listeners: 4 }],
    seq: 2,
  });
  assert.equal(view.state?.listeners, 4);
});

test('an event that this page does not understand leaves the state on screen and says so', () => {
  const odd = after(shown, {
    type: 'events',
    events: [{ type: 'dashboard.listeners', listeners: 9 }, { type: 'dashboard.colour' }],
    seq: 3,
  });
  assert.equal(odd.problem?.code, 'contract-violation');
  assert.equal(odd.stale, true);
  assert.equal(odd.state?.listeners, 3);
});

test('a lost connection leaves the state on screen and calls it stale until it is current again', () => {
  const lost = after(shown, { type: 'stale' });
  assert.equal(lost.stale, true);
  assert.equal(lost.state?.listeners, 3);
  assert.equal(after(lost, { type: 'current' }).stale, false);
});

test('a topic that cannot be followed says why, and stops saying so when it can', () => {
  const failed = after(shown, { type: 'problem', problem: clientProblem('busy', () => 0) });
  assert.equal(failed.problem?.code, 'busy');
  assert.equal(failed.stale, true);
  assert.equal(after(failed, { type: 'current' }).problem, undefined);
});

test('a state that this page does not understand stays a problem', () => {
  const odd = after(shown, { type: 'snapshot', state: { listeners: 'many' }, seq: 5 });
  assert.equal(odd.problem?.code, 'contract-violation');
  assert.equal(after(odd, { type: 'current' }).problem?.code, 'contract-violation');
});
