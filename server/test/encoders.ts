/**
 * Real DJ software, started against a source port and stopped again. Each needs its package; declare it:
 * `{ skip: requireCommand('ezstream') }`.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { asUser, freePort } from './services/daemon.ts';
import { commandPath } from './services/require-command.ts';

const run = promisify(execFile);

/** Where and as whom to send. */
export interface EncoderTarget {
  readonly host: string;
  readonly port: number;
  /** Begins with `/`. */
  readonly mount: string;
  /** `source` or the DJ's handle. */
  readonly user: string;
  readonly key: string;
}

/** What to send, for software that sends files as they are. */
export interface EncoderInput {
  /** A file such as `sampleFile` gives. */
  readonly file: string;
  readonly contentType: string;
}

/** A running piece of DJ software. */
export interface Encoder {
  readonly name: string;
  /** What it printed so far, standard output and error together; the last 64 kB. */
  readonly output: () => string;
  /** Resolves with its exit code when it ends by itself or was stopped; null when a signal ended it. */
  readonly ended: Promise<number | null>;
  /** Ends it and waits until it is gone. Safe to call twice. */
  readonly stop: () => Promise<void>;
}

/** After this long without an end, SIGTERM becomes SIGKILL. */
const STOP_MS = 5_000;

const OUTPUT_CHARACTERS = 64 * 1024;

interface Program {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Removed when it has ended. */
  readonly folder?: string;
}

function start(program: Program): Encoder {
  // Under setpriv a program ends with this process, however that ends.
  const [command, args] = asUser(undefined, commandPath(program.command), program.args);
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LC_ALL: 'C.UTF-8', ...program.env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes: Buffer) => {
      output = (output + bytes.toString('utf8')).slice(-OUTPUT_CHARACTERS);
    });
  }
  const ended = endOf(child, program.folder);
  return {
    name: program.name,
    output: () => output,
    ended,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      const force = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      await ended;
      clearTimeout(force);
    },
  };
}

async function endOf(child: ChildProcess, folder: string | undefined): Promise<number | null> {
  await once(child, 'close');
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  return child.exitCode;
}

function privateFolder(name: string): Promise<string> {
  return mkdtemp(join(tmpdir(), `slipmat-${name}-`));
}

export interface FfmpegOptions {
  /** SOURCE instead of PUT. */
  readonly legacy?: boolean;
  /** Plays the file again and again. */
  readonly loop?: boolean;
  readonly tls?: boolean;
}

const muxers: Readonly<Record<string, string>> = {
  'audio/mpeg': 'mp3',
  'audio/aac': 'adts',
  'audio/ogg': 'ogg',
};

/** ffmpeg, sending a file at play speed without encoding it again. */
export async function startFfmpeg(
  target: EncoderTarget,
  input: EncoderInput,
  options: FfmpegOptions = {},
): Promise<Encoder> {
  const { user, key, host, port, mount } = target;
  const flags = options.legacy ? ['-legacy_icecast', '1'] : [];
  if (options.tls) flags.push('-tls', '1');
  const loop = options.loop ? ['-stream_loop', '-1'] : [];
  const login = `${encodeURIComponent(user)}:${encodeURIComponent(key)}`;
  const args = ['-v', 'warning', '-nostdin', '-re', ...loop, '-i', input.file, '-c', 'copy', ...flags];
  const format = muxers[input.contentType] ?? 'mp3';
  args.push('-content_type', input.contentType, '-ice_name', 'Nächt', '-f', format);
  args.push(`icecast://${login}@${host}:${port}${mount}`);
  return start({ name: 'ffmpeg', command: 'ffmpeg', args });
}

function xml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** ezstream (libshout), sending MP3 files as they are; titles come from the file's tags. */
export async function startEzstream(target: EncoderTarget, input: EncoderInput): Promise<Encoder> {
  const folder = await privateFolder('ezstream');
  const config = join(folder, 'ezstream.xml');
  const { host, port, user, key, mount } = target;
  const server = `<server><name>default</name><protocol>HTTP</protocol><hostname>${host}</hostname><port>${port}</port>
    <user>${xml(user)}</user><password>${xml(key)}</password></server>`;
  const stream = `<stream><name>default</name><mountpoint>${xml(mount)}</mountpoint><format>MP3</format>
    <stream_name>Ez</stream_name><stream_bitrate>128</stream_bitrate></stream>`;
  const intake = `<intake><type>file</type><filename>${xml(input.file)}</filename><stream_once>1</stream_once></intake>`;
  const text = `<ezstream><servers>${server}</servers><streams>${stream}</streams><intakes>${intake}</intakes></ezstream>`;
  await writeFile(config, text, { mode: 0o600 });
  return start({ name: 'ezstream', command: 'ezstream', args: ['-vv', '-c', config], folder });
}

export interface LiquidsoapOptions {
  /** `put` sends in chunks. */
  readonly method?: 'source' | 'put';
  /** The encoder, in Liquidsoap's words. */
  readonly encoder?: string;
}

/** Liquidsoap, playing a file again and again and encoding it; titles come from the file's tags. */
export async function startLiquidsoap(
  target: EncoderTarget,
  input: EncoderInput,
  options: LiquidsoapOptions = {},
): Promise<Encoder> {
  const folder = await privateFolder('liquidsoap');
  const script = join(folder, 'send.liq');
  const { host, port, user, key, mount } = target;
  const quoted = (text: string) => JSON.stringify(text);
  const how = options.method === 'put' ? 'method="put", chunked=true,' : '';
  const lines = [
    'set("init.allow_root", true)',
    'set("log.stdout", true)',
    'set("log.file", false)',
    `s = single(${quoted(input.file)})`,
    `output.icecast(${options.encoder ?? '%mp3(bitrate=128)'}, host=${quoted(host)}, port=${port},`,
    `  user=${quoted(user)}, password=${quoted(key)}, mount=${quoted(mount)}, ${how} name="LS", fallible=true, s)`,
  ];
  await writeFile(script, lines.join('\n'));
  return start({ name: 'Liquidsoap', command: 'liquidsoap', args: [script], folder, env: { HOME: folder } });
}

export interface Butt extends Encoder {
  /** Types a title into it. */
  readonly setTitle: (text: string) => Promise<void>;
}

export interface ButtOptions {
  readonly codec?: 'mp3' | 'opus' | 'ogg' | 'flac';
}

/** The programs BUTT needs, for `requireCommand`. */
export const BUTT_NEEDS = ['butt', 'Xvfb', 'pulseaudio', 'ffmpeg'] as const;

async function startDisplay(folder: string): Promise<{ display: string; encoder: Encoder }> {
  const args = ['-displayfd', '1', '-screen', '0', '640x480x24', '-nolisten', 'tcp'];
  const encoder = start({ name: 'Xvfb', command: 'Xvfb', args, env: { HOME: folder } });
  await untilPrinted(encoder, /\d+\n/);
  const [number] = /^\d+$/m.exec(encoder.output()) ?? [];
  return { display: `:${number}`, encoder };
}

/** How long a helper program may take to start on a loaded machine. */
const START_MS = 15_000;

async function untilPrinted(encoder: Encoder, pattern: RegExp): Promise<void> {
  const deadline = Date.now() + START_MS;
  while (!pattern.test(encoder.output())) {
    if (Date.now() > deadline) throw new Error(`${encoder.name} did not start:\n${encoder.output()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function startSound(folder: string): Promise<{ server: string; encoder: Encoder }> {
  const socket = join(folder, 'sound');
  const modules = [
    '-L',
    'module-null-sink sink_name=null',
    '-L',
    `module-native-protocol-unix socket=${socket} auth-anonymous=1`,
  ];
  const args = [
    '-n',
    '--daemonize=no',
    '--exit-idle-time=-1',
    '--use-pid-file=no',
    '--disallow-exit',
    '-v',
    ...modules,
  ];
  const encoder = start({
    name: 'PulseAudio',
    command: 'pulseaudio',
    args,
    env: { HOME: folder, XDG_RUNTIME_DIR: folder },
  });
  await untilPrinted(encoder, /Daemon startup complete/);
  return { server: `unix:${socket}`, encoder };
}

function buttConfig(target: EncoderTarget, options: ButtOptions): string {
  const { host, port, mount, user, key } = target;
  const sections = {
    main: {
      server: 'test',
      icy: 'ic',
      num_of_srv: 1,
      num_of_icy: 1,
      srv_ent: 'test',
      icy_ent: 'ic',
      connect_at_startup: 1,
    },
    audio: { device: 0, samplerate: 44100, bitrate: 128, channel: 2, codec: options.codec ?? 'mp3' },
    test: { address: host, port, password: key, type: 1, tls: 0, mount: mount.slice(1), usr: user },
    ic: { pub: 0, description: 'Butt', genre: 'House', url: '' },
  };
  return Object.entries(sections)
    .map(([name, values]) => {
      const lines = Object.entries(values).map(([key, value]) => `${key} = ${value}`);
      return `[${name}]\n${lines.join('\n')}\n`;
    })
    .join('\n');
}

/**
 * BUTT on a display and a sound server of its own, hearing `file` again and again. It connects by itself.
 */
export async function startButt(
  target: EncoderTarget,
  file: string,
  options: ButtOptions = {},
): Promise<Butt> {
  const folder = await privateFolder('butt');
  const config = join(folder, 'butt.conf');
  await writeFile(config, buttConfig(target, options));
  await writeFile(join(folder, '.asoundrc'), 'pcm.!default { type pulse }\nctl.!default { type pulse }\n');
  const { display, encoder: screen } = await startDisplay(folder);
  const { server, encoder: sound } = await startSound(folder);
  const env = { HOME: folder, XDG_RUNTIME_DIR: folder, PULSE_SERVER: server, DISPLAY: display };
  const play = [
    '-v',
    'error',
    '-nostdin',
    '-re',
    '-stream_loop',
    '-1',
    '-i',
    file,
    '-f',
    'pulse',
    '-device',
    'null',
    'x',
  ];
  const player = start({ name: 'player', command: 'ffmpeg', args: play, env });
  const control = String(await freePort());
  const butt = start({ name: 'BUTT', command: 'butt', args: ['-c', config, '-p', control], env });
  return {
    ...butt,
    async setTitle(text) {
      await run(commandPath('butt'), ['-p', control, '-u', text], {
        env: { ...process.env, ...env },
        timeout: START_MS,
      });
    },
    async stop() {
      for (const encoder of [butt, player, sound, screen]) await encoder.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
