/** A DJ's encoder: sends an MP3 file over and over to the source port, at the speed it plays. */
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

export interface TurntableOptions {
  readonly host: string;
  readonly port: number;
  /** Such as `/nova`. */
  readonly mount: string;
  readonly key: string;
  readonly audio: Buffer;
  readonly bitsPerSecond: number;
  /** Names of what plays; the next one every `trackMs`. */
  readonly titles: readonly string[];
  readonly trackMs: number;
  readonly signal: AbortSignal;
}

/** Audio sent at once. */
const stepMs = 250;

function authorization(key: string): string {
  return `Authorization: Basic ${Buffer.from(`source:${key}`).toString('base64')}\r\n`;
}

/** Sends a title as encoders do, on a connection of its own. */
function announce(options: TurntableOptions, title: string): void {
  const { host, port, mount, key } = options;
  const query = new URLSearchParams({ mode: 'updinfo', mount, charset: 'UTF-8', song: title });
  const socket = connect(port, host);
  socket.on('error', (error) => process.emitWarning(`title not sent: ${error.message}`));
  socket.end(`GET /admin/metadata?${query} HTTP/1.0\r\n${authorization(key)}\r\n`);
  socket.resume();
}

/** Plays until the signal aborts. @throws when the server closes the connection. */
export async function play(options: TurntableOptions): Promise<void> {
  const { host, port, mount, key, audio, signal } = options;
  const socket = connect(port, host);
  let failure: Error | undefined;
  socket.on('error', (error) => {
    failure = error;
  });
  socket.resume();
  socket.write(
    `SOURCE ${mount} HTTP/1.0\r\n${authorization(key)}User-Agent: Slipmat demo\r\nContent-Type: audio/mpeg\r\n\r\n`,
  );
  const startedAt = Date.now();
  let sent = 0;
  let track = -1;
  while (!signal.aborted) {
    if (failure !== undefined || socket.destroyed)
      throw failure ?? new Error('the source port closed the connection');
    const elapsed = Date.now() - startedAt;
    const due = Math.floor(((elapsed + stepMs) * options.bitsPerSecond) / 8_000);
    while (sent < due) {
      const from = sent % audio.length;
      const piece = audio.subarray(from, Math.min(audio.length, from + due - sent));
      socket.write(piece);
      sent += piece.length;
    }
    const now = Math.floor(elapsed / options.trackMs);
    if (now !== track) {
      track = now;
      announce(options, options.titles[track % options.titles.length] ?? 'Untitled');
    }
    await pause(stepMs);
  }
  socket.end();
}
