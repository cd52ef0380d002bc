/**
 * Makes `server/src/demo/loop.mp3`, the sound of `npm run demo`: 64 seconds of a plain house loop, calculated
 * here and encoded by ffmpeg. Run it again only to change the music; the file is kept in the repository so that
 * the demo needs nothing but Node.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const sampleRate = 44_100;
const beatsPerMinute = 120;
const bars = 32;
const beat = 60 / beatsPerMinute;
const seconds = bars * 4 * beat;
const frames = Math.round(seconds * sampleRate);

/** A minor, F major, C major, G major: root notes in Hz, a bar each. */
const roots = [55, 43.65, 65.41, 49];
const chords = [
  [220, 261.63, 329.63],
  [174.61, 220, 261.63],
  [196, 261.63, 329.63],
  [196, 246.94, 293.66],
];

/** A linear congruential generator: the same noise each time. */
let seed = 1;
function noise(): number {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return seed / 2 ** 31 - 1;
}

function sine(frequency: number, at: number): number {
  return Math.sin(2 * Math.PI * frequency * at);
}

function kick(at: number): number {
  const t = at % beat;
  return Math.exp(-t * 9) * Math.sin(2 * Math.PI * (48 * t + 6 * (1 - Math.exp(-t * 40))));
}

function hat(at: number): number {
  const t = (at + beat / 2) % beat;
  return Math.exp(-t * 60) * noise();
}

function bass(at: number, root: number): number {
  const t = at % (beat / 2);
  const isOnKick = Math.floor(at / (beat / 2)) % 2 === 0;
  return isOnKick ? 0 : Math.exp(-t * 6) * (sine(root, at) + 0.3 * sine(root * 2, at));
}

function pad(at: number, chord: readonly number[], drift: number): number {
  const t = at % (4 * beat);
  const swell = Math.min(1, t / 0.4, (4 * beat - t) / 0.2);
  return (
    swell * chord.reduce((sum, note) => sum + sine(note * (1 + drift), at) + 0.4 * sine(note * 2, at), 0)
  );
}

function sampleAt(index: number): readonly [number, number] {
  const at = index / sampleRate;
  const bar = Math.floor(at / (4 * beat));
  const root = roots[bar % roots.length] ?? 55;
  const chord = chords[bar % chords.length] ?? [220];
  const drums = 0.5 * kick(at) + (bar >= 4 ? 0.1 * hat(at) : 0);
  const low = bar >= 8 ? 0.25 * bass(at, root) : 0;
  return [drums + low + 0.05 * pad(at, chord, 0.0012), drums + low + 0.05 * pad(at, chord, -0.0012)];
}

const pcm = Buffer.alloc(frames * 4);
for (let index = 0; index < frames; index += 1) {
  const [left, right] = sampleAt(index);
  pcm.writeInt16LE(Math.round(Math.max(-1, Math.min(1, left)) * 30_000), index * 4);
  pcm.writeInt16LE(Math.round(Math.max(-1, Math.min(1, right)) * 30_000), index * 4 + 2);
}
const target = fileURLToPath(new URL('../server/src/demo/loop.mp3', import.meta.url));
const encoder = spawnSync(
  'ffmpeg',
  ['-y', '-loglevel', 'error', '-f', 's16le', '-ar', String(sampleRate), '-ac', '2', '-i', '-'].concat([
    '-c:a',
    'libmp3lame',
    '-b:a',
    '96k',
    '-write_xing',
    '0',
    '-id3v2_version',
    '0',
    target,
  ]),
  { input: pcm, stdio: ['pipe', 'inherit', 'inherit'] },
);
if (encoder.error !== undefined) throw encoder.error;
process.exitCode = encoder.status ?? 1;
