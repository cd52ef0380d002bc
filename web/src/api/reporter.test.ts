import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FaultReport, faultLimits, faultsEndpoints } from '@slipmat/contract/faults';
import { fakeClock } from './fake-clock.ts';
import { createProblemCentre, receiveFrom } from './problem-centre.ts';
import { clientProblem, ProblemError } from './problem-error.ts';
import { createReporter, reporterLimits } from './reporter.ts';

function memoryStorage(start: Record<string, string> = {}) {
  const items = new Map(Object.entries(start));
  return {
    items,
    getItem: (key: string) => items.get(key) ?? null,
    setItem(key: string, value: string): void {
      items.set(key, value);
    },
    removeItem(key: string): void {
      items.delete(key);
    },
  };
}

let chance = 0;
/** Another reference each time. */
function random(): number {
  chance = (chance + 0.137) % 1;
  return chance;
}

function aPage(options: { storage?: ReturnType<typeof memoryStorage>; takes?: boolean } = {}) {
  const clock = fakeClock();
  const centre = createProblemCentre({ clock, random });
  const storage = options.storage ?? memoryStorage();
  const sent: FaultReport[][] = [];
  const browser = { online: true, takes: options.takes ?? true };
  const begin = () =>
    createReporter({
      centre,
      clock,
      storage,
      isOnline: () => browser.online,
      context: () => ({ origin: 'https://radio.example', place: '/e/:slug', build: 'AbCdEfGh' }),
      send(body) {
        if (!browser.takes) return false;
        sent.push(faultsEndpoints.report.body.parse(JSON.parse(body)).reports);
        return true;
      },
    });
  return { clock, centre, storage, sent, browser, begin };
}

const all = (sent: readonly FaultReport[][]): FaultReport[] => sent.flat();

test('what broke before it began is told too; what breaks together goes in one message', () => {
  const { clock, centre, sent, begin } = aPage();
  centre.report(new Error('early'), 'this page');
  begin();
  centre.report(new Error('late'), 'the chat');
  assert.deepEqual(sent, []);
  clock.advance(reporterLimits.gather);
  assert.equal(sent.length, 1);
  // The centre counts both as one kind of failure only when they are of one part of the page.
  assert.deepEqual(
    all(sent).map(({ message }) => message),
    ['early', 'late'],
  );
});

test('the same again is counted, told with growing waits, and with every reference that was shown', () => {
  const { clock, centre, sent, begin } = aPage();
  begin();
  centre.report(new Error('again'), 'the chat');
  clock.advance(reporterLimits.gather);
  const shown: string[] = [];
  for (let round = 0; round < 5; round += 1)
    shown.push(centre.report(new Error('again'), 'the chat').reference);
  assert.equal(all(sent).length, 1);
  clock.advance(reporterLimits.again + reporterLimits.gather);
  assert.deepEqual(
    all(sent).map(({ times }) => times),
    [1, 5],
  );
  assert.deepEqual([...(all(sent)[1]?.earlier ?? []), all(sent)[1]?.reference], shown);
  const before = all(sent).length;
  for (let second = 0; second < 600; second += 1) {
    centre.report(new Error('again'), 'the chat');
    clock.advance(1_000);
  }
  assert.ok(all(sent).length - before <= 8, `${String(all(sent).length - before)} in ten minutes`);
  for (const report of all(sent)) assert.ok(FaultReport.parse(report), 'within the bounds of the contract');
});

test('what was put away, or gave way to something else, before it could be told is told all the same', () => {
  const { clock, centre, sent, begin } = aPage();
  const reporter = begin();
  const shown = new Set<string>();
  for (const message of ['one', 'two', 'one', 'two']) {
    shown.add(centre.report(new Error(message), 'the chat').reference);
    clock.advance(reporterLimits.gather);
  }
  for (const { id } of centre.list()) centre.dismiss(id);
  clock.advance(reporterLimits.again);
  reporter.leave();
  const told = all(sent);
  assert.deepEqual(new Set(told.flatMap(({ reference, earlier = [] }) => [...earlier, reference])), shown);
  for (const word of ['one', 'two']) {
    const times = told.filter(({ message }) => message === word).map((report) => report.times);
    assert.deepEqual(times, [1, 1], word);
  }
});

test('not more than so many in a minute, and in the life of a page', () => {
  const { clock, centre, sent, begin } = aPage();
  begin();
  for (let index = 0; index < 45; index += 1) centre.report(new Error('x'), `part ${'a'.repeat(index + 1)}`);
  clock.advance(30_000);
  assert.equal(all(sent).length, reporterLimits.perMinute);
  clock.advance(120_000);
  assert.equal(all(sent).length, 45, 'the rest comes in the minutes after');
  for (let minute = 0; minute < 60; minute += 1) {
    for (let index = 0; index < 45; index += 1) {
      centre.report(new Error('x'), `part ${String.fromCharCode(97 + minute)} ${'b'.repeat(index + 1)}`);
    }
    clock.advance(60_000);
  }
  assert.equal(all(sent).length, reporterLimits.perPage);
  assert.ok(sent.every((some) => some.length <= faultLimits.reports));
});

test('what the server answered with is not told to it again', () => {
  const { clock, centre, sent, begin } = aPage();
  begin();
  const own = clientProblem('busy', random);
  centre.report(new ProblemError({ ...own, reference: 'AbCdEfGh1234' }), 'the chat');
  clock.advance(120_000);
  assert.deepEqual(sent, []);
});

test('offline: kept over the page, told when there is a connection, then let go of', () => {
  const storage = memoryStorage();
  const first = aPage({ storage });
  first.browser.online = false;
  const reporter = first.begin();
  const { reference } = first.centre.report(new Error('offline'), 'the chat');
  first.clock.advance(5_000);
  reporter.leave();
  reporter.stop();
  assert.deepEqual(first.sent, []);
  assert.equal(storage.items.size, 1);

  const second = aPage({ storage });
  second.browser.online = false;
  const later = second.begin();
  second.clock.advance(5_000);
  assert.equal(storage.items.size, 1, 'still kept');
  second.browser.online = true;
  later.online();
  assert.deepEqual(
    all(second.sent).map((report) => report.reference),
    [reference],
  );
  assert.equal(storage.items.size, 0);
});

test('a server that is not reached: told once it was', () => {
  const { clock, centre, sent, begin } = aPage();
  begin();
  centre.report(new ProblemError(clientProblem('network-unreachable', random)), 'the chat');
  clock.advance(30_000);
  assert.deepEqual(sent, []);
  centre.passed('network-unreachable', 'timed-out');
  assert.deepEqual(
    all(sent).map(({ code }) => code),
    ['network-unreachable'],
  );
});

test('what is kept is bounded, and what somebody else put there is let go of', () => {
  const storage = memoryStorage();
  const { browser, begin, centre, clock } = aPage({ storage });
  browser.online = false;
  begin();
  for (let minute = 0; minute < 5; minute += 1) {
    for (let index = 0; index < 20; index += 1) {
      centre.report(new Error('x'), `part ${String.fromCharCode(97 + minute)} ${'b'.repeat(index + 1)}`);
    }
    clock.advance(60_000);
  }
  const [text = ''] = storage.items.values();
  assert.equal(JSON.parse(text).length, reporterLimits.kept);
  for (const junk of ['{', '[]', '[1]', 'null', JSON.stringify([{ reference: '<b>' }])]) {
    const page = aPage({ storage: memoryStorage({ 'slipmat-reports': junk }) });
    page.begin();
    page.clock.advance(5_000);
    assert.deepEqual(page.sent, [], junk);
    assert.equal(page.storage.items.size, 0, junk);
  }
});

test('never a loop: failing to tell is no failure of the page', () => {
  const { clock, centre, begin } = aPage();
  const broken = {
    getItem: () => {
      throw new Error('no storage');
    },
    setItem: () => {
      throw new Error('no storage');
    },
    removeItem: () => {
      throw new Error('no storage');
    },
  };
  let sends = 0;
  const reporter = createReporter({
    centre,
    clock,
    storage: broken,
    isOnline: () => true,
    context: () => ({ origin: 'https://radio.example', place: '/', build: 'x' }),
    send() {
      sends += 1;
      throw new Error('the beacon broke');
    },
  });
  centre.report(new Error('one'), 'the chat');
  for (let second = 0; second < 60; second += 1) clock.advance(1_000);
  reporter.leave();
  assert.equal(centre.list().length, 1, 'only the failure itself');
  assert.ok(sends <= 3, `${String(sends)} attempts`);
  begin();
});

test('a browser that takes no more: it waits', () => {
  const { clock, centre, sent, browser, storage, begin } = aPage({ takes: false });
  const reporter = begin();
  centre.report(new Error('one'), 'the chat');
  clock.advance(5_000);
  assert.equal(storage.items.size, 1);
  browser.takes = true;
  reporter.leave();
  assert.equal(all(sent).length, 1);
  assert.equal(storage.items.size, 0);
});

test('uncaught errors, rejections and what the security policy blocked all come to staff', () => {
  const { clock, centre, sent, begin } = aPage();
  begin();
  const page = new EventTarget();
  receiveFrom(page, centre, random);
  page.dispatchEvent(Object.assign(new Event('error'), { error: new TypeError('uncaught'), message: 'x' }));
  page.dispatchEvent(Object.assign(new Event('unhandledrejection'), { reason: new RangeError('rejected') }));
  const blockedURI = 'https://evil.example/track.js?who=anna';
  const violation = { blockedURI, effectiveDirective: 'script-src-elem', sourceFile: '' };
  page.dispatchEvent(Object.assign(new Event('securitypolicyviolation'), violation));
  clock.advance(reporterLimits.gather);
  const told = all(sent).map(({ name, message }) => `${name}: ${message}`);
  assert.equal(told.length, 3, told.join(' | '));
  assert.equal(told[0], 'TypeError: uncaught');
  assert.equal(told[1], 'RangeError: rejected');
  assert.equal(told[2], 'SecurityPolicyViolation: script-src-elem blocked another site');
});
