/** Socket.IO with one room, over its WebSocket transport. Nothing is stored. */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const server = createServer();
const io = new Server(server, { transports: ['websocket'], serveClient: false });

io.on('connection', (socket) => {
  if (socket.handshake.query['role'] === 'reader') {
    Promise.resolve(socket.join('chat')).catch((error: unknown) => process.emitWarning(String(error)));
    return;
  }
  socket.on('say', (text: unknown) => {
    io.to('chat').emit('chat.posted', {
      id: randomUUID(),
      author: { id: randomUUID(), handle: 'writer-1', displayName: 'Writer 1', roles: [] },
      text: String(text),
      at: Date.now(),
      hidden: false,
      key: randomUUID(),
    });
  });
});

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`port ${typeof address === 'object' ? address?.port : ''}\n`);
});
