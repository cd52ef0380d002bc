/** DJANGO_SESSIONS=ask: the old site says whose a session is. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { describe, type TestContext, test } from 'node:test';
import { type Clock, systemClock } from '#server/platform/clock.ts';
import {
  aDjangoSite,
  anAdoptingHouse,
  type DjangoSite,
  newLocation,
  personIdOf,
  requireDjango,
  secretKey,
} from './django.ts';
import { createFakeClock } from './fake-clock.ts';
import { requireDjango as requireOldSite, startOldSite } from './old-site.ts';
import { password } from './people.ts';
import { until } from './until.ts';

const skip = requireDjango();

async function aSite(t: TestContext): Promise<DjangoSite> {
  const users = [{ username: 'nova' }, { username: 'gone', is_active: false }];
  return aDjangoSite(await newLocation(t, 'sqlite', undefined), users);
}

/** Signs `nova` in on the old site, as its own sign-in page does, and prints the session's key. */
const signInCode = `
from importlib import import_module
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.http import HttpRequest
request = HttpRequest()
request.session = import_module(settings.SESSION_ENGINE).SessionStore()
login(request, User.objects.get(username="nova"))
request.session.save()
print(request.session.session_key, end="")
`;

type Answer = (key: string, response: ServerResponse) => void;

/** The old site's side of `ask`, which refuses what is not signed. */
async function anOldSite(t: TestContext, answer: Answer): Promise<URL> {
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await json(request);
    const key = typeof body === 'object' && body !== null && 'key' in body ? String(body.key) : '';
    const timestamp = String(request.headers['slipmat-timestamp']);
    const expected = createHmac('sha256', secretKey).update(`${timestamp}.${key}`).digest('hex');
    const isSigned = request.headers['slipmat-signature'] === expected;
    const isFresh = Math.abs(Number(timestamp) * 1_000 - Date.now()) < 30_000;
    if (isSigned && isFresh && request.url === '/base/slipmat/session') answer(key, response);
    else response.writeHead(400).end();
  };
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => response.destroy(new Error(String(error))));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return new URL(`http://127.0.0.1:${address.port}/base`);
}

const reply = (response: ServerResponse, status: number, body: object): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

/** A real Django on a loaded machine may take longer than the three seconds that are tested below. */
const patient: Clock = { ...systemClock, after: () => () => undefined };

describe('asking the old site', { skip }, () => {
  for (const engine of ['cache', 'file', 'signed_cookies']) {
    test(`${engine}: the Django that stays behind answers`, { skip: requireOldSite() }, async (t) => {
      const SESSION_SERIALIZER = engine === 'file' ? 'pickle' : 'json';
      const site = await startOldSite(t, { environment: { SESSION_ENGINE: engine, SESSION_SERIALIZER } });
      await site.addUsers([{ username: 'nova', password }]);
      const cookie = await site.python(signInCode);
      const house = await anAdoptingHouse(
        t,
        { kind: 'sqlite', file: site.database },
        {
          clock: patient,
          settings: { sessions: 'ask', url: new URL(site.address), secretKeys: [site.secretKey] },
        },
      );
      const id = await personIdOf(house, cookie);
      assert.equal((await house.accounts.findById(id))?.handle, 'nova');
      assert.deepEqual(await house.adoption.adoptSession(`${cookie.slice(0, -1)}!`), { refused: 'unknown' });
      await site.python('from django.contrib.auth.models import User\nUser.objects.update(password="!")');
      const later = await anAdoptingHouse(
        t,
        { kind: 'sqlite', file: site.database },
        {
          clock: patient,
          settings: { sessions: 'ask', url: new URL(site.address), secretKeys: [site.secretKey] },
        },
      );
      assert.deepEqual(await later.adoption.adoptSession(cookie), { refused: 'wrong-hash' });
    });
  }

  test('says whose session it is, or why not', async (t) => {
    const site = await aSite(t);
    const url = await anOldSite(t, (key, response) => {
      const userId = site.ids[key];
      if (userId === undefined) reply(response, 403, { refused: key });
      else reply(response, 200, { user_id: userId });
    });
    const house = await anAdoptingHouse(t, site.location, { settings: { sessions: 'ask', url } });
    const id = await personIdOf(house, 'nova');
    assert.equal((await house.accounts.findById(id))?.handle, 'nova');
    for (const refused of ['expired', 'wrong-hash', 'disabled', 'unknown'])
      assert.deepEqual(await house.adoption.adoptSession(refused), { refused });
    // Said to be fine by the site, but its own table says otherwise.
    assert.deepEqual(await house.adoption.adoptSession('gone'), { refused: 'disabled' });
  });

  test('any other answer, and none in three seconds, is no refusal', async (t) => {
    const site = await aSite(t);
    const open: ServerResponse[] = [];
    const url = await anOldSite(t, (key, response) => {
      if (key === 'slow') open.push(response);
      else if (key === 'long') response.writeHead(200).end(`{"user_id":"${'1'.repeat(5_000)}"}`);
      else if (key === 'page') response.writeHead(403).end('<h1>CSRF verification failed</h1>');
      else if (key === 'away') response.writeHead(302, { location: '/base/slipmat/session' }).end();
      else if (key === 'odd') reply(response, 403, { refused: 'because' });
      else reply(response, 500, {});
    });
    const clock = createFakeClock();
    const house = await anAdoptingHouse(t, site.location, { clock, settings: { sessions: 'ask', url } });
    for (const key of ['broken', 'long', 'page', 'away', 'odd'])
      await assert.rejects(house.adoption.adoptSession(key), { code: 'storage-unavailable' }, key);
    const slow = house.adoption.adoptSession('slow');
    await until('the site was asked', () => open.length === 1);
    clock.leap(3_000);
    await assert.rejects(slow, { code: 'storage-unavailable' });
    const wrongKey = { sessions: 'ask', url, secretKeys: ['not the site’s'] } as const;
    const stranger = await anAdoptingHouse(t, site.location, { settings: wrongKey });
    await assert.rejects(stranger.adoption.adoptSession('nova'), { code: 'storage-unavailable' });
  });
});
