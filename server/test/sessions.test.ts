/** Signing in and out, devices, and one browser being one person to everything. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { accountsEndpoints } from '@slipmat/contract/accounts';
import { chatMessages } from '@slipmat/contract/chat';
import { closeCodes } from '@slipmat/contract/close-codes';
import type { Endpoint } from '@slipmat/contract/endpoint';
import { endpoints } from '@slipmat/contract/endpoints';
import { csrfHeader, sessionHeader, sessionsEndpoints } from '@slipmat/contract/sessions';
import { sessionTimes } from '#server/features/sessions/index.ts';
import { anEvent } from './broadcasts.ts';
import { createFakeClock } from './fake-clock.ts';
import { aBrowser, aDj, aMember, Browser, password, pathOf, problemIn } from './people.ts';
import { startApp } from './start-app.ts';
import { promptlyMs, within } from './until.ts';

const { me, signIn, signOut, devices, endDevice, endOtherDevices } = sessionsEndpoints;

const second = 1_000;
const minute = 60 * second;

describe('signing up, in and out', () => {
  test('signing up signs in; signing out expires the cookie and ends the session', async (t) => {
    const site = await startApp(t);
    const stranger = aBrowser(site);
    assert.equal((await stranger.call(me)).anonymous, 'no-cookie');
    const member = await aMember(site);
    const { account } = await member.call(me);
    assert.equal(account?.handle, member.handle);
    assert.deepEqual(account?.groups, ['member']);
    const stolen = member.cookies.get('slipmat') ?? '';
    await member.call(signOut);
    assert.equal(member.cookies.size, 0);
    assert.equal((await member.call(me)).anonymous, 'no-cookie');
    const thief = aBrowser(site);
    thief.cookies.set('slipmat', stolen);
    await thief.refused(devices, 'session-revoked');
    assert.equal(thief.cookies.size, 0, 'a dead cookie is taken away');
    thief.cookies.set('slipmat', stolen);
    assert.equal((await thief.call(me)).anonymous, 'revoked');
    await aBrowser(site).call(signOut);
  });

  test('by handle or e-mail address, in any letters, and never with the wrong password', async (t) => {
    const site = await startApp(t);
    const member = await aMember(site);
    for (const login of [
      member.handle,
      member.email,
      ` ${member.handle.toUpperCase()} `,
      member.email.toUpperCase(),
    ]) {
      const browser = aBrowser(site);
      const { account } = await browser.call(signIn, { body: { login, password } });
      assert.equal(account.id, member.id, login);
      assert.equal((await browser.call(me)).account?.id, member.id);
    }
    for (const wrong of [` ${password}`, password.toUpperCase(), password.slice(1), `${password}\0`, 'x']) {
      await aBrowser(site).refused(signIn, 'wrong-credentials', {
        body: { login: member.handle, password: wrong },
      });
    }
  });

  test('unknown and wrong are answered alike, after the same work', async (t) => {
    const site = await startApp(t);
    const member = await aMember(site);
    const answers = new Set<string>();
    /** The shortest of a few, which nothing else on the machine held up. */
    const timeFor = async (login: string): Promise<number> => {
      const times: number[] = [];
      for (let time = 0; time < 5; time += 1) {
        const began = performance.now();
        const answered = await aBrowser(site).refused(signIn, 'wrong-credentials', {
          body: { login, password: 'wrong' },
        });
        times.push(performance.now() - began);
        answers.add(JSON.stringify({ ...answered, reference: '' }));
      }
      return Math.min(...times);
    };
    const known = await timeFor(member.handle);
    const unknown = [await timeFor('nobody-here'), await timeFor('nobody@example.com')];
    assert.equal(answers.size, 1);
    // A look-up without hashing takes about a tenth of the time.
    for (const time of unknown)
      assert.ok(time > known / 3, `${time} ms for nobody, ${known} ms for somebody`);
  });

  test('a session is new at each sign-in, and the one before ends: no fixation', async (t) => {
    const site = await startApp(t);
    const attacker = await aMember(site);
    const victim = await aMember(site);
    const planted = attacker.cookies.get('slipmat') ?? '';
    const browser = aBrowser(site);
    browser.cookies.set('slipmat', planted);
    await browser.call(signIn, { body: { login: victim.handle, password } });
    assert.notEqual(browser.cookies.get('slipmat'), planted);
    assert.equal((await browser.call(me)).account?.id, victim.id);
    await attacker.refused(devices, 'session-revoked');
    const before = browser.cookies.get('slipmat') ?? '';
    await browser.call(signIn, { body: { login: victim.handle, password } });
    const [, idBefore, secretBefore] = before.split('.');
    const [, idAfter, secretAfter] = (browser.cookies.get('slipmat') ?? '').split('.');
    assert.notEqual(idAfter, idBefore);
    assert.notEqual(secretAfter, secretBefore);
  });

  test('the cookie has every attribute, and every answer names its session', async (t) => {
    const site = await startApp(t, { environment: { PUBLIC_URL: 'https://radio.example' } });
    const browser = aBrowser({ origin: `http://127.0.0.1:${site.app.port()}` });
    const body = { handle: 'nova', email: 'nova@example.com', password, displayName: 'Nova' };
    const answered = await browser.fetch({
      method: 'POST',
      path: accountsEndpoints.create.path,
      headers: { 'content-type': 'application/json', origin: 'https://radio.example' },
      body: JSON.stringify(body),
    });
    assert.equal(answered.status, 201, answered.body.toString());
    const [line = '', ...more] = answered.headers['set-cookie'] ?? [];
    assert.deepEqual(more, []);
    assert.match(
      line,
      /^__Host-slipmat=v1\.[\w-]{22}\.[\w-]{43}; Max-Age=31536000; Path=\/; Secure; HttpOnly; SameSite=Lax$/,
    );
    const named = answered.headers[sessionHeader];
    assert.match(String(named), /^[\w-]{12}$/);
    for (const path of ['/api/auth/me', '/api/events', '/api/setup']) {
      assert.equal((await browser.fetch({ path })).headers[sessionHeader], named, path);
    }
    const refused = await browser.fetch({ path: '/api/dj/keys' });
    assert.equal(problemIn(refused).code, 'not-allowed');
    assert.equal(refused.headers[sessionHeader], named, 'refusals too');
    const stranger = await new Browser(browser.site).fetch({ path: '/api/events' });
    assert.equal(stranger.headers[sessionHeader], 'none');
  });
});

describe('devices', () => {
  test('each browser is listed; one ends alone, the others together', async (t) => {
    const site = await startApp(t);
    const laptop = await aMember(site);
    const phone = await laptop.elsewhere();
    const tablet = await laptop.elsewhere();
    const list = (await laptop.call(devices)).devices;
    assert.equal(list.length, 3);
    assert.deepEqual(list.map((device) => device.current).toSorted(), [false, false, true]);
    assert.equal(list[0]?.label, 'Firefox on Linux');
    assert.match(list[0]?.network ?? '', /^10\.0\.\d+\.0\/24$/);
    const own = (await phone.call(devices)).devices.find((device) => device.current);
    assert.ok(own);

    const stranger = await aMember(site);
    await stranger.refused(endDevice, 'not-found', { params: { id: own.id } });
    assert.ok((await phone.call(me)).account);

    await laptop.call(endDevice, { params: { id: own.id } });
    await phone.refused(devices, 'session-revoked');
    assert.deepEqual(await laptop.call(endOtherDevices), { ended: 1 });
    await tablet.refused(devices, 'session-revoked');
    assert.equal((await laptop.call(devices)).devices.length, 1);
  });

  test('the sockets of an ended session close at once, and only those', async (t) => {
    const site = await startApp(t);
    const laptop = await aMember(site);
    const phone = await laptop.elsewhere();
    const stays = await laptop.socket();
    const goes = await phone.socket();
    await laptop.call(endOtherDevices);
    const { code } = await within('the close', goes.closed, promptlyMs);
    assert.equal(code, closeCodes.sessionEnded.code);
    const { slug } = await anEvent(await aDj(site));
    await stays.send(chatMessages.say, { slug, text: 'still here', key: 'key-12345678' });
    const own = await laptop.socket();
    await laptop.call(signOut);
    assert.equal((await within('the close', own.closed, promptlyMs)).code, closeCodes.sessionEnded.code);
  });

  test('a group that is taken away counts on the open socket at once', async (t) => {
    const site = await startApp(t);
    const dj = await aDj(site);
    const socket = await dj.socket();
    await site.app.accounts.revoke(null, dj.handle, 'dj');
    const answer = await socket.answer('subscribe', { topic: 'dashboard' });
    assert.ok(answer.type === 'problem' && answer.problem.code === 'topic-unknown', JSON.stringify(answer));
  });
});

describe('two people in one browser', () => {
  test('is a conflict to every endpoint and to the socket, and signing out ends it', async (t) => {
    const site = await startApp(t);
    const ann = await aMember(site);
    const ben = await aMember(site);
    const cookie = `slipmat=${ann.cookies.get('slipmat')}; slipmat=${ben.cookies.get('slipmat')}`;
    const both = (other: string): string =>
      other === '' ? cookie : cookie.split('; ').toReversed().join('; ');
    for (const order of ['', 'reversed']) {
      const headers = { cookie: both(order) };
      for (const endpoint of Object.values(endpoints).flatMap((list) => Object.values<Endpoint>(list))) {
        if (endpoint.duringConflict === true) continue;
        const browser = aBrowser(site);
        const answered = await browser.fetch({ method: endpoint.method, path: pathOf(endpoint), headers });
        assert.equal(problemIn(answered).code, 'session-conflict', endpoint.path);
        assert.equal(answered.headers[sessionHeader], 'conflict');
        assert.equal(answered.headers['set-cookie'], undefined, 'nobody is chosen for them');
      }
      const socket = await aBrowser(site).socket({ headers });
      assert.equal((await socket.closed).code, closeCodes.sessionConflict.code);
    }
    const answered = await aBrowser(site).fetch({ method: 'POST', path: signOut.path, headers: { cookie } });
    assert.equal(answered.status, 200);
    assert.match(String(answered.headers['set-cookie']), /^slipmat=; Max-Age=0;/);
    await ann.refused(devices, 'session-revoked');
    await ben.refused(devices, 'session-revoked');
  });

  test('a dead cookie of somebody else is no conflict', async (t) => {
    const site = await startApp(t);
    const ann = await aMember(site);
    const ben = await aMember(site);
    const dead = ben.cookies.get('slipmat');
    await ben.call(signOut);
    for (const cookie of [
      `slipmat=${dead}; slipmat=${ann.cookies.get('slipmat')}`,
      `slipmat=${ann.cookies.get('slipmat')}; slipmat=${dead}`,
      `slipmat=junk; slipmat="${dead}"; other=1; slipmat=${ann.cookies.get('slipmat')}`,
    ]) {
      const { account } = await aBrowser(site).call(me, { headers: { cookie } });
      assert.equal(account?.id, ann.id, cookie);
    }
  });
});

describe('browsers that name no origin', () => {
  test('pass with the token of their session, and with no other', async (t) => {
    const site = await startApp(t);
    const ann = await aMember(site);
    const ben = await aMember(site);
    const own = (await ann.call(me)).csrfToken ?? '';
    const others = (await ben.call(me)).csrfToken ?? '';
    const body = { displayName: 'Ann Again' };
    const headers = (token: string) => ({ origin: [], [csrfHeader]: token });
    for (const token of [others, '', 'junk', own.slice(1), `${own}x`]) {
      await ann.refused(accountsEndpoints.update, 'csrf-origin-missing', { body, headers: headers(token) });
    }
    await ann.call(accountsEndpoints.update, { body, headers: headers(own) });
    assert.equal((await ann.call(me)).account?.displayName, 'Ann Again');
    // The token is for silence only: it does not help another site.
    const foreign = { origin: 'https://evil.example', [csrfHeader]: own };
    await ann.refused(accountsEndpoints.update, 'csrf-origin-mismatch', { body, headers: foreign });
  });

  test('a program without cookies passes, and sign-in from another site does not', async (t) => {
    const site = await startApp(t);
    const member = await aMember(site);
    const body = { login: member.handle, password };
    await aBrowser(site).call(signIn, { body, headers: { origin: [] } });
    const headers = { origin: 'https://evil.example' };
    await aBrowser(site).refused(signIn, 'csrf-origin-mismatch', { body, headers });
  });

  test('a further trusted origin passes', async (t) => {
    const site = await startApp(t, { environment: { TRUSTED_ORIGINS: 'https://old.example' } });
    const member = await aMember(site);
    const headers = { origin: 'https://old.example', 'sec-fetch-site': 'cross-site' };
    await member.call(accountsEndpoints.update, { body: { displayName: 'Old' }, headers });
    const socket = await member.socket({ headers: { origin: 'https://old.example' } });
    await socket.leave();
  });
});

describe('time', () => {
  test('a session ends when nobody comes for long, and a visit keeps it', async (t) => {
    const clock = createFakeClock();
    const site = await startApp(t, { clock });
    const member = await aMember(site);
    clock.leap(sessionTimes.idle - minute);
    await member.call(devices);
    clock.leap(sessionTimes.idle - minute);
    await member.call(devices);
    clock.leap(sessionTimes.idle + minute);
    const kept = member.cookies.get('slipmat') ?? '';
    await member.refused(devices, 'session-expired');
    member.cookies.set('slipmat', kept);
    assert.equal((await member.call(me)).anonymous, 'expired');
  });

  test('a session ends at the latest after its absolute lifetime, visits or not', async (t) => {
    const clock = createFakeClock();
    const site = await startApp(t, { clock });
    const member = await aMember(site);
    const step = sessionTimes.idle / 2;
    let left = sessionTimes.absolute - 10 * second;
    for (; left > step; left -= step) {
      clock.leap(step);
      assert.ok((await member.call(me)).account, `${left} ms before the end`);
    }
    clock.leap(left);
    const socket = await member.socket();
    clock.leap(20 * second);
    await member.refused(devices, 'session-expired');
    const answer = await socket.answer('subscribe', { topic: 'chat:a' });
    assert.equal(answer.type, 'problem', 'the open socket is nobody any more');
    assert.equal((await socket.closed).code, closeCodes.sessionEnded.code);
  });
});

describe('limits on guessing', () => {
  test('stop a guesser, by handle or from many addresses, and not the person at home', async (t) => {
    const site = await startApp(t);
    const member = await aMember(site);
    const home = await member.elsewhere();
    const guess = (browser: Browser) =>
      browser.fetch({
        method: 'POST',
        path: signIn.path,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ login: member.handle, password: 'a wrong guess' }),
      });
    const guesser = aBrowser(site);
    const codes: string[] = [];
    for (let round = 0; round < 12; round += 1) codes.push(problemIn(await guess(guesser)).code);
    assert.equal(codes[9], 'wrong-credentials');
    assert.equal(codes[11], 'rate-limited');
    await guesser.refused(signIn, 'rate-limited', { body: { login: member.handle, password } });

    // A hundred from everywhere use up what strangers get together.
    const last = await Promise.all(Array.from({ length: 110 }, () => guess(new StrangerElsewhere(site))));
    assert.ok(last.some((answered) => problemIn(answered).code === 'rate-limited'));
    await new StrangerElsewhere(site).refused(signIn, 'rate-limited', {
      body: { login: member.handle, password },
    });
    const again = new HomeBrowser(site, home.address);
    await again.call(signIn, { body: { login: member.handle, password } });
    assert.ok((await home.call(me)).account, 'who is signed in stays so');
  });
});

let networks = 0;

/** Somebody on a network from which nobody ever signed in. */
class StrangerElsewhere extends Browser {
  readonly #from = `192.${Math.floor(networks / 250)}.${(networks++ % 250) + 1}.7`;

  override fetch(sent: Parameters<Browser['fetch']>[0]) {
    return super.fetch({ ...sent, headers: { 'x-forwarded-for': this.#from, ...sent.headers } });
  }
}

/** A new browser at an address that was there before. */
class HomeBrowser extends Browser {
  readonly #from: string;

  constructor(site: Browser['site'], from: string) {
    super(site);
    this.#from = from;
  }

  override fetch(sent: Parameters<Browser['fetch']>[0]) {
    return super.fetch({ ...sent, headers: { 'x-forwarded-for': this.#from, ...sent.headers } });
  }
}
