/** How to set up DJ software: a ready command for ffmpeg, and the steps for the others. */
import type { EncoderSettings } from '@slipmat/contract/broadcast';

/** Stands where the key goes while the page does not know its secret. */
export const keyPlaceholder = 'YOUR-STREAM-KEY';

export type EncoderName = 'butt' | 'mixxx' | 'traktor' | 'ffmpeg';

export interface EncoderGuide {
  readonly name: EncoderName;
  readonly title: string;
  /** One act each, in order; field names as the software writes them. */
  readonly steps: readonly string[];
  /** A command line to copy, for software that is one. */
  readonly command?: string;
}

/**
 * The command that streams a file at its own pace. With a content type of its own, since ffmpeg would
 * otherwise send what it guesses.
 */
export function ffmpegCommand(settings: EncoderSettings, secret: string | undefined): string {
  const { host, port, mount, user, tls } = settings;
  const name = (text: string) => encodeURIComponent(text);
  const address = `icecast://${name(user)}:${name(secret ?? keyPlaceholder)}@${hostInUrl(host)}:${port}${slashed(mount)}`;
  return [
    'ffmpeg -re -i set.mp3',
    '-c:a libmp3lame -b:a 192k -f mp3',
    '-content_type audio/mpeg',
    ...(tls ? ['-tls 1'] : []),
    quoted(address),
  ].join(' ');
}

/** The steps for each software, most used first. */
export function encoderGuides(
  settings: EncoderSettings,
  secret: string | undefined,
): readonly EncoderGuide[] {
  const { host, port, user } = settings;
  const mount = slashed(settings.mount);
  const bare = mount.slice(1);
  return [
    {
      name: 'butt',
      title: 'BUTT',
      steps: [
        'Settings → Main → Server → ADD.',
        `Type: IceCast. Address: ${host}. Port: ${port}.`,
        `Password: your stream key. IceCast mountpoint: ${bare}. IceCast user: ${user}.`,
        'Settings → Audio → Streaming codec: MP3 or AAC, 192 kbit/s or more.',
        'Press play in the main window.',
      ],
    },
    {
      name: 'mixxx',
      title: 'Mixxx',
      steps: [
        'Preferences → Live Broadcasting.',
        'Type: Icecast 2.',
        `Host: ${host}. Port: ${port}. Mount: ${mount}.`,
        `Login: ${user}. Password: your stream key.`,
        'Encoding: MP3 or AAC, 192 kbit/s or more, stereo. OK.',
        'Options → Enable Live Broadcasting.',
      ],
    },
    {
      name: 'traktor',
      title: 'Traktor',
      steps: [
        'Preferences → Broadcasting.',
        `Address: ${host}. Port: ${port}. Mount path: ${mount}.`,
        'Password: your stream key. Traktor has no field for the user; “source” is what it sends.',
        'Format: Ogg Vorbis, 192 kbit/s or more. Traktor sends nothing else.',
        'Audio recorder → broadcast button. When it blinks, the reason is on this page.',
      ],
    },
    {
      name: 'ffmpeg',
      title: 'ffmpeg',
      steps: ['Put your file in the place of set.mp3 and run:'],
      command: ffmpegCommand(settings, secret),
    },
  ];
}

function slashed(mount: string): string {
  return mount.startsWith('/') ? mount : `/${mount}`;
}

/** An IPv6 address stands in brackets in an address (RFC 3986 §3.2.2). */
function hostInUrl(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}

/** For a POSIX shell: nothing between single quotes means anything. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
