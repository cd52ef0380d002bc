/** SIGTERM: a clean stop within seconds, with everything open, and nothing acknowledged lost. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { chatMessages } from '@slipmat/contract/chat';
import { closeCodes } from '@slipmat/contract/close-codes';
import { aKey, anEvent, minute } from './broadcasts.ts';
import { hears, listen } from './listening.ts';
import { aMember } from './people.ts';
import { aSource } from './raw-source.ts';
import { sampleAudio } from './sample-audio.ts';
import { slipmat, startServer } from './server-process.ts';
import { requireCommand } from './services/require-command.ts';
import { aFolder } from './start-app.ts';
import { until, within } from './until.ts';

/** A container runtime waits ten seconds before it kills. */
const stopWithinMs = 9_000;

test('sockets, listeners and a source are told, writes are finished', {
  skip: requireCommand('ffmpeg'),
}, async (t) => {
  const environment = { DATA_DIR: await aFolder(t) };
  const server = await startServer(t, environment);
  const dj = await aMember(server);
  await slipmat(['grant', dj.handle, 'dj'], environment);
  await slipmat(['verify-email', dj.handle], environment);
  const { slug } = await anEvent(dj, { startsAt: Date.now() + minute });
  const socket = await dj.socket();
  await socket.subscribe(`event:${slug}`);
  await socket.next('warm-up', () => socket.event(slug).event.status === 'warm-up');
  const source = await aSource({ port: server.sourcePort, handle: dj.handle, key: await aKey(dj) });
  assert.equal(await source.status(), 100);
  source.send(await sampleAudio('mp3', 2));
  await socket.next('on air', () => socket.event(slug).onAir !== null);
  const heard = await listen(server.origin, slug);
  await hears(heard, 4_000);

  const acknowledged: string[] = [];
  const writing = Array.from({ length: 30 }, async (_, index) => {
    const key = `key-${index}-xxxxx`;
    const answer = await socket.answer(chatMessages.say.type, { slug, text: 'a', key });
    if (answer.type === 'result') acknowledged.push(key);
  });
  const written = Promise.allSettled(writing);
  await until('some are acknowledged', () => acknowledged.length > 0);
  const began = Date.now();
  await within('the stop', server.kill('SIGTERM'), stopWithinMs);
  t.diagnostic(`stopped in ${Date.now() - began} ms`);
  assert.equal(await server.ended, 0, server.said());
  assert.equal((await socket.closed).code, closeCodes.shuttingDown.code);
  await within('the listener is told', heard.ended);
  await within('the source is closed', source.closed);
  await written;
  assert.doesNotMatch(server.said(), /"level":(50|60)/, 'nothing broke on the way');

  const database = new DatabaseSync(join(environment.DATA_DIR, 'slipmat.sqlite'), { readOnly: true });
  t.after(() => database.close());
  const keys = new Set(
    database
      .prepare('select key from chat_messages')
      .all()
      .map((row) => row['key']),
  );
  assert.deepEqual(
    acknowledged.filter((key) => !keys.has(key)),
    [],
  );
  const [row] = database.prepare('select state from sources').all();
  assert.equal(row?.['state'], 'lost', 'the DJ keeps the place until the next start');
});

test('a second signal does not hurt, and an idle server stops at once', async (t) => {
  const server = await startServer(t, { DATA_DIR: await aFolder(t) });
  process.kill(server.pid, 'SIGINT');
  await within('the stop', server.kill('SIGTERM'), stopWithinMs);
  assert.equal(await server.ended, 0);
});
