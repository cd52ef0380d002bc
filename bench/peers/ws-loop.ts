/** The plain way to write a chat server: `ws`, every message sent to every socket in a loop. Nothing is stored. */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

const server = createServer();
const webSockets = new WebSocketServer({ server, perMessageDeflate: false });
const readers = new Set<import('ws').WebSocket>();

webSockets.on('connection', (socket, request) => {
  if (request.url === '/say') {
    socket.on('message', (text) => {
      const message = JSON.stringify({
        type: 'chat.posted',
        message: {
          id: randomUUID(),
          author: { id: randomUUID(), handle: 'writer-1', displayName: 'Writer 1', roles: [] },
          text: String(text),
          at: Date.now(),
          hidden: false,
          key: randomUUID(),
        },
      });
      for (const reader of readers) reader.send(message);
    });
    return;
  }
  readers.add(socket);
  socket.on('close', () => readers.delete(socket));
  socket.send('hello');
});

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`port ${typeof address === 'object' ? address?.port : ''}\n`);
});
