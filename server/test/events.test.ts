/** Events: made, changed, published, cancelled, ended; who sees them; posters; what other sites show of a link. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { eventLimits, eventsEndpoints } from '@slipmat/contract/events';
import { lifecycleTimes } from '#server/features/events/lifecycle.ts';
import { type Random, systemRandom } from '#server/platform/random.ts';
import { anEvent, minute } from './broadcasts.ts';
import { createFakeClock } from './fake-clock.ts';
import { aBrowser, aDj, aMember, aStaffMember, problemIn } from './people.ts';
import { startApp } from './start-app.ts';

const { list, mine, create, show, change, publish, cancel, end, setPoster } = eventsEndpoints;

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

describe('making', () => {
  test('an event without a line-up is its host’s alone, and its name is readable and not to be guessed', async (t) => {
    const site = await startApp(t);
    const dj = await aDj(site);
    const event = await anEvent(dj, { title: 'Größe & Ærø — Łódź!', publish: false });
    assert.match(event.slug, /^grosse-aero-lodz-[0-9a-f]{6}$/);
    assert.equal(event.status, 'draft');
    assert.equal(event.endsAt - event.startsAt, 60 * minute);
    assert.deepEqual(
      event.lineup.map((slot) => [slot.dj.handle, slot.startsAt, slot.endsAt]),
      [[dj.handle, event.startsAt, event.endsAt]],
    );
    assert.match((await anEvent(dj, { title: '夜' })).slug, /^event-[0-9a-f]{6}$/);
  });

  test('a line-up is of DJs, in order, without overlap, inside the event', async (t) => {
    const site = await startApp(t);
    const dj = await aDj(site);
    const guest = await aDj(site);
    const member = await aMember(site);
    const startsAt = Date.now() + 60 * minute;
    const slot = (handle: string, from: number, to: number) => ({
      handle,
      startsAt: startsAt + from * minute,
      endsAt: startsAt + to * minute,
    });
    const body = { title: 'Two', startsAt, lengthMinutes: 60 };
    const lineup = [slot(guest.handle, 30, 60), slot(dj.handle, 0, 30)];
    const event = await anEvent(dj, { ...body, lineup });
    assert.deepEqual(
      event.lineup.map(({ dj }) => dj.handle),
      [dj.handle, guest.handle],
    );
    const wrong = [
      [slot(dj.handle, 0, 31), slot(guest.handle, 30, 60)],
      [slot(dj.handle, -1, 30)],
      [slot(dj.handle, 30, 61)],
      [slot(dj.handle, 30, 30)],
      [slot(dj.handle, 30, 20)],
    ];
    for (const lineup of wrong) {
      const problem = await dj.refused(create, 'lineup-overlap', { body: { ...body, lineup } });
      assert.match(problem.fields?.[0]?.path ?? '', /^lineup\.\d\.startsAt$/);
    }
    for (const handle of [member.handle, 'nobody-here']) {
      const lineup = [slot(dj.handle, 0, 30), slot(handle, 30, 60)];
      const problem = await dj.refused(create, 'not-a-dj', { body: { ...body, lineup } });
      assert.equal(problem.fields?.[0]?.path, 'lineup.1.handle');
    }
    // The guest sees it among their own; somebody else does not.
    assert.deepEqual(
      (await guest.call(mine)).events.map(({ slug }) => slug),
      [event.slug],
    );
    assert.deepEqual((await (await aDj(site)).call(mine)).events, []);
  });

  test('an address that is taken by chance is not used again', async (t) => {
    let isFixed = false;
    let drawn = 0;
    const random: Random = {
      bytes(length) {
        if (!isFixed || length !== 6) return systemRandom.bytes(length);
        drawn += 1;
        return Buffer.alloc(length, drawn < 3 ? 1 : drawn);
      },
    };
    const site = await startApp(t, { random });
    const dj = await aDj(site);
    isFixed = true;
    const slugs = [await anEvent(dj, { title: 'Friday' }), await anEvent(dj, { title: 'Friday' })].map(
      ({ slug }) => slug,
    );
    assert.deepEqual(slugs, ['friday-010101', 'friday-030303']);
  });

  test('one that is already over is not published, and one has so many at most', async (t) => {
    const site = await startApp(t);
    const dj = await aDj(site);
    const past = { title: 'Past', startsAt: Date.now() - 90 * minute, lengthMinutes: 60 };
    await dj.refused(create, 'event-too-soon', { body: { ...past, publish: true } });
    const { slug } = (await dj.call(create, { body: past })).event;
    await dj.refused(publish, 'event-too-soon', { params: { slug } });
    for (let made = 1; made < eventLimits.open; made += 1)
      await dj.at(site).call(create, { body: { ...past, title: `Past ${made}` } });
    await dj.at(site).refused(create, 'too-many', { body: past });
  });
});

describe('changing', () => {
  test('fields left out stay, an event that moves takes its slots along', async (t) => {
    const site = await startApp(t);
    const dj = await aDj(site);
    const event = await anEvent(dj, { description: 'All night' });
    const params = { slug: event.slug };
    const moved = (await dj.call(change, { params, body: { startsAt: event.startsAt + minute } })).event;
    assert.equal(moved.title, event.title);
    assert.equal(moved.description, 'All night');
    assert.equal(moved.endsAt, event.endsAt + minute);
    assert.deepEqual(
      moved.lineup.map((slot) => [slot.startsAt, slot.endsAt]),
      [[moved.startsAt, moved.endsAt]],
    );
    const longer = (await dj.call(change, { params, body: { lengthMinutes: 90, listed: false } })).event;
    assert.equal(longer.lineup[0]?.endsAt, longer.startsAt + 90 * minute);
    assert.equal(longer.listed, false);
  });

  test('only the host and staff may, and drafts are invisible to everybody else', async (t) => {
    const site = await startApp(t);
    const host = await aDj(site);
    const other = await aDj(site);
    const staff = await aStaffMember(site);
    await site.app.accounts.grant(null, staff.handle, 'dj');
    const { slug } = await anEvent(host, { publish: false });
    const params = { slug };
    const body = { title: 'Mine now' };
    for (const who of [other, aBrowser(site)]) await who.refused(show, 'not-found', { params });
    await other.refused(change, 'not-found', { params, body });
    for (const act of [publish, cancel, end]) await other.refused(act, 'not-found', { params });
    const socket = await other.socket();
    for (const topic of [`event:${slug}`, `chat:${slug}`]) {
      const answer = await socket.answer('subscribe', { topic });
      assert.ok(answer.type === 'problem' && answer.problem.code === 'topic-unknown');
    }
    assert.equal((await host.call(show, { params })).mayEdit, true);
    await staff.call(change, { params, body: { title: 'Staff were here' } });
    await host.call(publish, { params });
    const seen = await other.call(show, { params });
    assert.equal(seen.mayEdit, false);
    assert.equal(seen.event.title, 'Staff were here');
    await other.refused(change, 'not-allowed', { params, body });
    for (const act of [publish, cancel, end]) await other.refused(act, 'not-allowed', { params });
    await other.refused(setPoster, 'not-allowed', { params, body: png });
  });
});

describe('its life', () => {
  test('by time: scheduled, warm-up, closed when nobody came; and who looks is told', async (t) => {
    const clock = createFakeClock();
    const site = await startApp(t, { clock });
    const dj = await aDj(site);
    const { slug } = await anEvent(dj, { startsAt: clock.now() + 60 * minute });
    const params = { slug };
    const socket = await aBrowser(site).socket();
    await socket.subscribe(`event:${slug}`);
    const step = async (status: string) => {
      await site.app.advance();
      await socket.next(status, () => socket.event(slug).event.status === status);
    };
    await step('scheduled');
    // Short leaps, as the socket's heartbeat goes by the same clock.
    clock.leap(30 * minute);
    const late = await aBrowser(site).socket();
    await late.subscribe(`event:${slug}`);
    await site.app.advance();
    await late.next('warm-up', () => late.event(slug).event.status === 'warm-up');
    await dj.refused(end, 'event-state', { params });
    clock.leap(30 * minute + lifecycleTimes.noShow);
    await site.app.advance();
    const ended = (await dj.call(show, { params })).event;
    assert.equal(ended.status, 'ended');
    assert.ok(ended.endedAt !== null);
    for (const act of [publish, cancel, end]) await dj.refused(act, 'event-state', { params });
    await dj.refused(change, 'event-state', { params, body: { title: 'Too late' } });
  });

  test('the lists: now, next and ended; unlisted ones and drafts in none', async (t) => {
    const clock = createFakeClock();
    const site = await startApp(t, { clock });
    const dj = await aDj(site);
    const later = await anEvent(dj, { title: 'Later', startsAt: clock.now() + 300 * minute });
    const soon = await anEvent(dj, { title: 'Soon', startsAt: clock.now() + 200 * minute });
    const now = await anEvent(dj, { title: 'Now', startsAt: clock.now() + minute });
    const over = await anEvent(dj, { title: 'Over', startsAt: clock.now() - 20 * minute });
    const gone = await anEvent(dj, { title: 'Gone' });
    await anEvent(dj, { title: 'Hidden', listed: false });
    await anEvent(dj, { title: 'Draft', publish: false });
    await dj.call(cancel, { params: { slug: gone.slug } });
    await site.app.advance();
    clock.leap(lifecycleTimes.noShow);
    await site.app.advance();
    const lists = await aBrowser(site).call(list);
    assert.deepEqual(
      lists.now.map(({ slug }) => slug),
      [now.slug],
    );
    assert.deepEqual(
      lists.next.map(({ slug }) => slug),
      [soon.slug, later.slug],
    );
    assert.deepEqual(
      lists.ended.map(({ slug }) => slug),
      [over.slug],
    );
  });
});

describe('posters', () => {
  test('are what their bytes are, whatever the sender says, and served as that', async (t) => {
    const site = await startApp(t);
    const dj = await aDj(site);
    const { slug } = await anEvent(dj);
    const params = { slug };
    const headers = { 'content-type': 'image/jpeg' };
    const { event } = await dj.call(setPoster, { params, body: png, headers });
    assert.match(event.posterUrl ?? '', /^\/posters\//);
    const served = await aBrowser(site).fetch({ path: event.posterUrl ?? '' });
    assert.equal(served.headers['content-type'], 'image/png');
    assert.equal(served.headers['x-content-type-options'], 'nosniff');
    assert.match(String(served.headers['cache-control']), /immutable/);
    assert.deepEqual(served.body, png);
    for (const bytes of ['<svg onload=alert(1)>', '<!doctype html>', 'GIF89a', '']) {
      const body = Buffer.from(bytes);
      const problem = await dj.at(site).fetch({
        method: 'PUT',
        path: `/api/events/${slug}/poster`,
        headers: { 'content-type': 'image/png' },
        body,
      });
      assert.ok(['image-unreadable', 'bad-request'].includes(problemIn(problem).code), bytes);
    }
    const again = await dj.call(setPoster, { params, body: png });
    assert.notEqual(again.event.posterUrl, event.posterUrl);
    assert.equal(problemIn(await aBrowser(site).fetch({ path: event.posterUrl ?? '' })).code, 'not-found');
  });
});

describe('what other sites show of a link', () => {
  const titleOf = (html: string): string[] =>
    [...html.matchAll(/<title>(.*?)<\/title>/g)].map(([, title]) => title ?? '');

  test('title, text and picture, escaped', async (t) => {
    const site = await startApp(t);
    const dj = await aDj(site, { displayName: 'Nova <b>' });
    const title = `"><script>alert(1)</script>&'`;
    const { slug } = await anEvent(dj, { title, listed: false });
    await dj.call(setPoster, { params: { slug }, body: png });
    const html = (await aBrowser(site).fetch({ path: `/e/${slug}` })).body.toString();
    assert.ok(!html.includes('<script>alert'));
    assert.match(html, /og:title" content="&quot;&gt;&lt;script&gt;alert\(1\)&lt;\/script&gt;&amp;&#39;"/);
    assert.match(html, new RegExp(`og:image" content="${site.origin}/posters/`));
    assert.match(html, /Nova &lt;b&gt;/);
    assert.match(html, /name="robots" content="noindex"/);
    assert.equal(titleOf(html).length, 1, 'one title');
  });

  test('nothing of drafts, and replacement patterns are text', async (t) => {
    const site = await startApp(t);
    const dj = await aDj(site);
    const draft = await anEvent(dj, { title: 'Secret party', publish: false });
    const path = `/e/${draft.slug}`;
    assert.ok(!(await dj.fetch({ path })).body.toString().includes('Secret party'));
    const odd = await anEvent(dj, { title: '$& $1 $` costs' });
    const html = (await aBrowser(site).fetch({ path: `/e/${odd.slug}` })).body.toString();
    assert.ok(html.includes('og:title" content="$&amp; $1 $` costs"'));
  });
});
