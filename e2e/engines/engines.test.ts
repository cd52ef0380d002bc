/** Each engine as the journeys use it, over https on real sub-domains, on the real sign-in page. */
import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { aMember, password } from '../../server/test/people.ts';
import { requireCommand } from '../../server/test/services/require-command.ts';
import { aFolder } from '../../server/test/start-app.ts';
import { httpsNeeds } from '../https-front.ts';
import { type HttpsSite, openHttpsSite } from '../https-site.ts';
import { parseEcho } from '../test-pages.ts';
import { Ends } from './ends.ts';
import type { RunningEngine } from './engine.ts';
import { engines } from './engines.ts';

const ends = new Ends();
let site: HttpsSite;

before(async () => {
  if (httpsNeeds.some((name) => requireCommand(name) !== false)) return;
  site = await openHttpsSite(ends);
  await aMember(site.people, { handle: 'ana', displayName: 'Ana' });
});
after(() => ends.run());

/** Cookies that the page would send, by name, in no order. */
function namesOf(cookies: readonly { name: string }[]): string[] {
  return cookies.map(({ name }) => name).sort();
}

for (const engine of engines) {
  const missing = [...engine.needs, ...httpsNeeds].map(requireCommand).find((reason) => reason !== false);
  describe(engine.name, { skip: missing ?? false }, () => {
    let running: RunningEngine;
    before(async () => {
      running = await engine.start(ends, site.destination);
    });

    test('a cookie with Domain reaches the sub-domains, one without stays, __Host- stays', async () => {
      const profile = await running.profile();
      const tab = await profile.newTab();
      const cookies = [
        'shared=1; Domain=slipmat.test; Path=/; Secure; HttpOnly; SameSite=Lax',
        'alone=1; Path=/; Secure',
        '__Host-mine=1; Path=/; Secure; HttpOnly',
        '__Secure-ours=1; Domain=slipmat.test; Path=/; Secure',
        '__Host-wrong=1; Domain=slipmat.test; Path=/; Secure',
      ];
      await tab.goto(site.page('slipmat', { cookies }));
      const kept = ['__Host-mine', '__Secure-ours', 'alone', 'shared'];
      const wrong = engine.enforcesPrefixes ? [] : ['__Host-wrong'];
      assert.deepEqual(namesOf(await tab.cookies()), [...kept, ...wrong].sort());
      const shared = (await tab.cookies()).find(({ name }) => name === 'shared');
      assert.deepEqual(shared, {
        name: 'shared',
        value: '1',
        domain: 'slipmat.test',
        hostOnly: false,
        path: '/',
        httpOnly: true,
        secure: true,
      });
      await tab.goto(site.echo('old'));
      const { cookie } = parseEcho(await tab.text());
      const shares = engine.enforcesPrefixes ? [] : ['__Host-wrong=1'];
      assert.deepEqual(cookie?.split('; ').sort(), [...shares, '__Secure-ours=1', 'shared=1']);
      await tab.setCookie('fromscript=1; Domain=slipmat.test; Secure');
      await tab.setCookie('shared=2; Domain=slipmat.test; Path=/; Secure');
      await tab.goto(site.echo('slipmat'));
      const later = parseEcho(await tab.text()).cookie?.split('; ') ?? [];
      assert.ok(later.includes('shared=1'), 'a script cannot replace an HttpOnly cookie');
      assert.ok(later.includes('__Host-mine=1'));
      const other = await (await running.profile()).newTab();
      await other.goto(site.echo('slipmat'));
      assert.equal(parseEcho(await other.text()).cookie, undefined, 'profiles do not share cookies');
      await profile.close();
    });

    test('signs in on the real page, opens the socket, and takes a picture', async (t) => {
      const profile = await running.profile();
      const tab = await profile.newTab();
      await tab.setViewport(500, 800);
      await tab.goto(`${site.origin}/sign-in`);
      await tab.waitUntil('the page has its size', 'innerWidth === 500 && innerHeight === 800');
      await tab.fill('Handle or e-mail', 'wrong');
      await tab.fill('Handle or e-mail', 'ana');
      await tab.fill('Password', password);
      await tab.click({ role: 'button', name: 'Sign in', within: { role: 'main' } });
      await tab.waitForUrl(/:\d+\/$/);
      await tab.waitFor({ role: 'button', name: 'Your account, Ana' });
      assert.deepEqual(namesOf(await tab.cookies()), ['__Host-slipmat']);
      assert.equal(await tab.evaluate('document.cookie'), '');
      const greeting = await tab.evaluate(`() => new Promise((resolve, reject) => {
        const socket = new WebSocket('wss://' + location.host + '/realtime');
        socket.onopen = () => { socket.close(); resolve('open'); };
        socket.onerror = () => reject(new Error('refused'));
      })`);
      assert.equal(greeting, 'open');
      const picture = join(await aFolder({ after: (end) => t.after(end) }), 'page.png');
      await tab.screenshot(picture);
      assert.ok((await stat(picture)).size > 1000);

      const second = await profile.newTab();
      await second.goto(`${site.origin}/settings`);
      await second.waitFor({ text: 'this device' });
      await second.close();
      await tab.reload();
      await tab.waitFor({ role: 'button', name: 'Your account, Ana' });
      await profile.close();
    });

    test('what is not there fails with words, and in time', async () => {
      const tab = await (await running.profile()).newTab();
      await assert.rejects(tab.goto('https://elsewhere.test/'));
      await tab.goto(
        site.page('sibling', { html: '<p>Hello <button disabled>Go</button><button>Stop</button>' }),
      );
      await tab.waitFor({ text: 'Hello' });
      await assert.rejects(tab.waitFor({ text: 'Bye' }, 200), /“Bye” is there.*Hello/s);
      await assert.rejects(tab.evaluate('nothing.here'), /nothing/);
      assert.equal(await tab.sees({ role: 'button', name: 'Go' }), true);
      await tab.click({ role: 'button', name: 'Stop' });
    });

    test('goes back', async () => {
      const tab = await (await running.profile()).newTab();
      const first = site.page('sibling', { html: 'first' });
      await tab.goto(first);
      await tab.goto(site.page('sibling', { html: 'second' }));
      await tab.back();
      assert.equal(await tab.url(), first);
      assert.equal(await tab.text(), 'first');
    });

    test('keeps its cookies over a restart, or says that it cannot', async () => {
      const profile = await running.profile({ lasting: true });
      const tab = await profile.newTab();
      const cookies = ['kept=1; Path=/; Secure; Max-Age=1000', 'forgotten=1; Path=/; Secure'];
      await tab.goto(site.page('sibling', { cookies }));
      if (engine.restarts) {
        await profile.restart();
        const again = await profile.newTab();
        await again.goto(site.echo('sibling'));
        assert.equal(parseEcho(await again.text()).cookie, 'kept=1');
      } else {
        await assert.rejects(profile.restart(), /keeps nothing on disk/);
      }
      await profile.close();
    });
  });
}
