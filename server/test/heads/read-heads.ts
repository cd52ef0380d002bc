/** Reading the recorded request heads of this folder. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface RecordedHead {
  /** Name of the recording, such as `butt-opus`. */
  readonly client: string;
  /** Number of the connection within the recording. */
  readonly connection: number;
  /** The head as the client sent it, the empty line included. */
  readonly bytes: Buffer;
}

const folder = import.meta.dirname;

/** The requests of one recording. */
function readRecording(file: string): RecordedHead[] {
  const text = readFileSync(join(folder, file), 'latin1');
  const client = file.replace(/\.txt$/, '');
  const requests = text.matchAll(/^#(\d+) \+\d+ms >>> REQUEST\n(.*?\n)\[then /gms);
  return Array.from(requests, ([, connection = '', head = '']) => ({
    client,
    connection: Number(connection),
    bytes: Buffer.from(head.replaceAll('\\r\n', '\r\n'), 'latin1'),
  }));
}

/** All recorded heads, in the order of names and then of time. */
export function recordedHeads(): readonly RecordedHead[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.txt'));
  return files.sort().flatMap(readRecording);
}
