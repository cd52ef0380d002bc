/** A real MP3, and ffmpeg sending it as a DJ's software does. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { runProgram } from './programs.ts';

/** kbit/s: the most that MP3 has, and what DJs send. */
export const bitrate = 320;
export const bytesPerSecond = (bitrate * 1000) / 8;

/** Makes an MP3 of noise at a constant bit rate, in which no frame is like another. @returns its path. */
export async function makeSound(folder: string, seconds: number): Promise<string> {
  const file = join(folder, 'sound.mp3');
  const noise = `anoisesrc=duration=${seconds}:color=pink:amplitude=0.3:seed=1`;
  const output = [
    '-ac',
    '2',
    '-ar',
    '44100',
    '-b:a',
    `${bitrate}k`,
    '-write_xing',
    '0',
    '-id3v2_version',
    '0',
  ];
  await runProgram('ffmpeg', ['-nostdin', '-v', 'error', '-y', '-f', 'lavfi', '-i', noise, ...output, file]);
  return file;
}

export interface Sender {
  /** Ends the encoder. @throws when it had ended by itself. */
  stop(): Promise<void>;
}

export interface SenderTarget {
  readonly port: number;
  readonly mount: string;
  readonly user: string;
  readonly password: string;
}

/** Starts `ffmpeg -re`, which sends the file over and over at the speed of its sound. */
export function startSender(file: string, { port, mount, user, password }: SenderTarget): Sender {
  const url = `icecast://${user}:${password}@127.0.0.1:${port}/${mount}`;
  const input = ['-re', '-stream_loop', '-1', '-i', file];
  const output = [
    '-c',
    'copy',
    '-write_xing',
    '0',
    '-id3v2_version',
    '0',
    '-content_type',
    'audio/mpeg',
    '-f',
    'mp3',
    url,
  ];
  const child: ChildProcess = spawn('ffmpeg', ['-nostdin', '-v', 'error', ...input, ...output], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exited = once(child, 'exit');
  process.once('exit', () => child.kill('SIGKILL'));
  return {
    async stop() {
      if (child.exitCode !== null) throw new Error(`ffmpeg ended by itself with ${child.exitCode}`);
      child.kill('SIGTERM');
      await exited;
    },
  };
}
