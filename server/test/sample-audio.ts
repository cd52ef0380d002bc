/** Real encoded audio for tests, made by ffmpeg once and kept in a cache folder. */
import { execFile } from 'node:child_process';
import { mkdir, readFile, rename, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** `mp3-file` is MP3 as a music file has it: ID3 tags around it and an information frame in front. */
export type SampleKind =
  | 'mp3'
  | 'mp3-file'
  | 'mp3-mono'
  | 'mp2'
  | 'aac'
  | 'vorbis'
  | 'opus'
  | 'flac'
  | 'webm';

const encodings: Record<SampleKind, readonly string[]> = {
  mp3: ['-c:a', 'libmp3lame', '-b:a', '128k', '-write_xing', '0', '-id3v2_version', '0', '-f', 'mp3'],
  'mp3-file': ['-c:a', 'libmp3lame', '-q:a', '4', '-write_id3v1', '1', '-f', 'mp3'],
  'mp3-mono': [
    '-ac',
    '1',
    '-ar',
    '22050',
    '-c:a',
    'libmp3lame',
    '-b:a',
    '64k',
    '-write_xing',
    '0',
    '-id3v2_version',
    '0',
    '-f',
    'mp3',
  ],
  mp2: ['-c:a', 'mp2', '-b:a', '192k', '-f', 'mp2'],
  aac: ['-c:a', 'aac', '-b:a', '128k', '-f', 'adts'],
  vorbis: ['-c:a', 'libvorbis', '-b:a', '128k', '-f', 'ogg'],
  opus: ['-c:a', 'libopus', '-b:a', '96k', '-page_duration', '200000', '-f', 'ogg'],
  flac: ['-c:a', 'flac', '-page_duration', '200000', '-f', 'ogg'],
  webm: ['-c:a', 'libopus', '-b:a', '96k', '-f', 'webm'],
};

/** Some software tells the format by the name. */
const extensions: Record<SampleKind, string> = {
  mp3: 'mp3',
  'mp3-file': 'mp3',
  'mp3-mono': 'mp3',
  mp2: 'mp2',
  aac: 'aac',
  vorbis: 'ogg',
  opus: 'ogg',
  flac: 'ogg',
  webm: 'webm',
};

/** What the samples' comment headers say. */
export const sampleArtist = 'Ärtist B';
export const sampleTitle = 'Títle A';

/** Raised when an encoding changes, so that an old cache is not used. */
const CACHE_VERSION = 1;

/** ffmpeg needs well under a second for a sample. */
const FFMPEG_MS = 60_000;

/** Two tones that wander, so that frames differ and a swapped or lost one is heard. */
function tones(seconds: number): string {
  const left = '0.3*sin(2*PI*(220+40*sin(t))*t)';
  const right = '0.3*sin(2*PI*(330+60*cos(t))*t)';
  return `aevalsrc=${left}|${right}:s=44100:d=${seconds}`;
}

async function exists(path: string): Promise<boolean> {
  try {
    return (await stat(path)).size > 0;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}

/**
 * The path of a sample of whole seconds; the same bytes each time for one version of ffmpeg. Needs ffmpeg
 * (declare it: `{ skip: requireCommand('ffmpeg') }`).
 */
export async function sampleFile(kind: SampleKind, seconds: number): Promise<string> {
  const folder = join(tmpdir(), `slipmat-samples-${CACHE_VERSION}`);
  const path = join(folder, `${kind}-${seconds}s.${extensions[kind]}`);
  if (await exists(path)) return path;
  await mkdir(folder, { recursive: true });
  const partial = `${path}.${process.pid}`;
  const input = ['-v', 'error', '-f', 'lavfi', '-i', tones(seconds)];
  const tags = ['-metadata', `artist=${sampleArtist}`, '-metadata', `title=${sampleTitle}`];
  const exact = ['-fflags', '+bitexact', '-flags:a', '+bitexact'];
  await run('ffmpeg', ['-y', ...input, ...tags, ...exact, ...encodings[kind], partial], {
    timeout: FFMPEG_MS,
  });
  await rename(partial, path);
  return path;
}

/** The bytes of a sample. */
export async function sampleAudio(kind: SampleKind, seconds: number): Promise<Buffer> {
  return readFile(await sampleFile(kind, seconds));
}
