/** What breaks is told: by its code, with a reference that leads to the log, and with nothing more. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { broadcastEndpoints } from '@slipmat/contract/broadcast';
import { chatMessages } from '@slipmat/contract/chat';
import { closeCodes } from '@slipmat/contract/close-codes';
import type { Endpoint, SocketMessage } from '@slipmat/contract/endpoint';
import { endpoints } from '@slipmat/contract/endpoints';
import { eventsEndpoints } from '@slipmat/contract/events';
import { type ProblemCode, problemCodes, problems, sharedProblems } from '@slipmat/contract/problems';
import { socketMessages } from '@slipmat/contract/realtime';
import { sessionsEndpoints } from '@slipmat/contract/sessions';
import { sql } from 'kysely';
import { systemRandom } from '#server/platform/random.ts';
import { anEvent } from './broadcasts.ts';
import { aBrowser, aDj, aMember, problemIn } from './people.ts';
import { startPostgres } from './services/postgres.ts';
import { requireCommand } from './services/require-command.ts';
import { startApp } from './start-app.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const source = join(repository, 'server/src');

/** Codes of addresses that are not of the contract: sound, and the frames of a socket. */
const outsideTheContract: readonly ProblemCode[] = ['not-on-air', 'stream-full', 'message-unreadable'];

const declared = new Set<ProblemCode>([
  ...sharedProblems,
  ...outsideTheContract,
  ...Object.values(endpoints).flatMap((list) => Object.values<Endpoint>(list).flatMap((one) => one.problems)),
  ...Object.values(socketMessages).flatMap((list) =>
    Object.values<SocketMessage>(list).flatMap((one) => one.problems),
  ),
]);

function sourceFiles(): string[] {
  return readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => readFileSync(join(source, file), 'utf8'));
}

describe('table = docs = declared = returned', () => {
  const fromServer = problemCodes.filter((code) => problems[code].status !== 0);

  test('every code that a server sends is declared, and nothing else', () => {
    assert.deepEqual([...declared].toSorted(), fromServer.toSorted());
  });

  test('every declared code is returned somewhere', () => {
    const text = sourceFiles().join('\n');
    for (const code of fromServer) assert.ok(text.includes(`'${code}'`) || text.includes(`${code}:`), code);
  });

  test('the page of errors lists the same codes', () => {
    const page = readFileSync(join(repository, 'docs/errors.md'), 'utf8');
    const listed = [...page.matchAll(/<a id="([\w-]+)">/g)].map(([, code]) => code);
    assert.deepEqual(listed.toSorted(), problemCodes.toSorted());
  });

  test('the address in each problem is a page that says the same', async (t) => {
    const site = await startApp(t);
    for (const code of fromServer) {
      const page = await aBrowser(site).fetch({ path: `/problems/${code}` });
      assert.equal(page.status, 200, code);
      assert.ok(page.body.toString().includes(problems[code].title.replaceAll("'", '&#39;')), code);
    }
  });
});

test('an unknown error is a bare internal-error, and its reference leads to the log line', async (t) => {
  let broken = false;
  const random = {
    bytes(length: number) {
      if (broken && length > 16) throw new Error('secret: /etc/slipmat/key at line 7');
      return systemRandom.bytes(length);
    },
  };
  const site = await startApp(t, { random });
  const dj = await aDj(site);
  broken = true;
  const problem = await dj.refused(broadcastEndpoints.createKey, 'internal-error', { body: {} });
  assert.deepEqual(problem, {
    type: '/problems/internal-error',
    title: problems['internal-error'].title,
    status: 500,
    detail: problems['internal-error'].sentence,
    code: 'internal-error',
    reference: problem.reference,
    action: 'retry',
  });
  const line = site.log.find(({ reference }) => reference === problem.reference);
  assert.equal(line?.level, 50);
  assert.match(JSON.stringify(line?.['err']), /secret: \/etc\/slipmat\/key/);
});

test('a problem of a person is logged by its reference too, and not as an error', async (t) => {
  const site = await startApp(t);
  const problem = await aBrowser(site).refused(sessionsEndpoints.devices, 'session-missing');
  assert.equal(site.log.find(({ reference }) => reference === problem.reference)?.level, 30);
});

test('a header that is too long is answered, not dropped', async (t) => {
  const site = await startApp(t);
  const answered = await aBrowser(site).fetch({
    path: sessionsEndpoints.me.path,
    headers: { cookie: `slipmat=${'x'.repeat(17_000)}` },
  });
  assert.equal(problemIn(answered).code, 'header-too-large');
});

test('a full disk is told as such, in the chat too, and what was there stays readable', async (t) => {
  const site = await startApp(t);
  const dj = await aDj(site);
  const { slug } = await anEvent(dj);
  const socket = await dj.socket();
  await socket.subscribe(`chat:${slug}`);
  await site.deps.db.write((trx) => sql`pragma max_page_count = 1`.execute(trx));
  const text = 'x'.repeat(500);
  let said = 0;
  for (; said < 200; said += 1) {
    const answer = await socket.answer(chatMessages.say.type, { slug, text, key: `message-${said}` });
    if (answer.type === 'result') continue;
    assert.ok(answer.type === 'problem');
    assert.equal(answer.problem.code, 'storage-full');
    assert.equal(answer.problem.detail, problems['storage-full'].sentence);
    break;
  }
  assert.ok(said < 200, 'the disk was never full');
  const body = { description: 'x'.repeat(5_000) };
  await dj.refused(eventsEndpoints.change, 'storage-full', { params: { slug }, body });
  assert.equal((await dj.call(sessionsEndpoints.me)).account?.id, dj.id);
  await socket.next('what was acknowledged', () => socket.chat(slug).messages.length === Math.min(said, 100));

  await site.deps.db.write((trx) => sql`pragma max_page_count = 1000000`.execute(trx));
  await socket.send(chatMessages.say, { slug, text, key: `message-${said}` });
  await socket.leave();
});

describe('storage that does not answer', { skip: requireCommand('postgres') }, () => {
  test('is neither anonymous nor signed out: 503, and no cookie is touched', async (t) => {
    const postgres = await startPostgres(t);
    const site = await startApp(t, { environment: { DATABASE_URL: await postgres.createDatabase() } });
    const member = await aMember(site);
    const socket = await member.socket();
    const cookies = [...member.cookies];
    await postgres.stop();

    for (const path of [
      sessionsEndpoints.me.path,
      sessionsEndpoints.devices.path,
      '/api/events',
      '/listen/friday',
    ]) {
      const answered = await member.fetch({ path });
      assert.equal(problemIn(answered).code, 'storage-unavailable', path);
      assert.deepEqual(answered.headers['set-cookie'] ?? [], []);
    }
    await member.refused(sessionsEndpoints.signOut, 'storage-unavailable');
    await member.refused(sessionsEndpoints.signIn, 'storage-unavailable', {
      body: { login: 'a', password: 'b' },
    });
    assert.deepEqual([...member.cookies], cookies);
    assert.equal(problemIn(await member.fetch({ path: '/readyz' })).code, 'storage-unavailable');
    assert.equal((await member.fetch({ path: '/healthz' })).status, 200);
    const page = await member.fetch({ path: '/' });
    assert.equal(page.status, 200);
    assert.deepEqual(page.headers['set-cookie'] ?? [], []);

    await socket.refused(chatMessages.say, 'storage-unavailable', {
      slug: 'a',
      text: 'hello',
      key: 'key-12345678',
    });
    assert.equal(socket.webSocket.readyState, socket.webSocket.OPEN, 'the open socket stays');
    const late = await member.socket();
    assert.equal((await late.closed).code, closeCodes.storageUnavailable.code);
  });
});
