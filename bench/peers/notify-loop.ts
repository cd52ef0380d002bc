/**
 * The plain way to notify: a row for each person by one statement and in one transaction on SQLite, flushed, and then
 * `ws`, the message sent to every socket in a loop. It checks nobody, and everybody is in the audience.
 *
 *   node notify-loop.ts FOLDER PEOPLE
 */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import { WebSocketServer } from 'ws';

const [folder = '.', people = '0'] = process.argv.slice(2);
const database = new DatabaseSync(join(folder, 'notify.sqlite'));
database.exec(`pragma journal_mode = wal; pragma synchronous = full;
  create table people (id text primary key) without rowid;
  create table recipients (notification_id text, person_id text, sent_at integer, confirmed_at integer,
    primary key (notification_id, person_id)) without rowid;
  begin`);
const person = database.prepare('insert into people (id) values (?)');
for (let number = 0; number < Number(people); number += 1) person.run(randomUUID());
database.exec('commit');
const expand = database.prepare(
  'insert into recipients (notification_id, person_id, sent_at) select ?, id, ? from people order by id',
);

const readers = new Set<import('ws').WebSocket>();
function notify(words: string): void {
  const id = randomUUID();
  database.exec('begin immediate');
  expand.run(id, Date.now());
  database.exec('commit');
  const notification = { id, text: words, at: Date.now() };
  const message = JSON.stringify({ type: 'notifications.sent', notification });
  for (const reader of readers) reader.send(message);
}

const server = createServer((request, response) => {
  text(request).then(
    (words) => {
      notify(words);
      response.end('sent');
    },
    (error: Error) => response.destroy(error),
  );
});
const webSockets = new WebSocketServer({ server, perMessageDeflate: false });
webSockets.on('connection', (socket) => {
  readers.add(socket);
  socket.on('close', () => readers.delete(socket));
  socket.send('hello');
});

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`port ${typeof address === 'object' ? address?.port : ''}\n`);
});
