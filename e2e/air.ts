/** A DJ on air: an event, a key and ffmpeg, for journeys that are about something else. */
import type { EventDetail } from '@slipmat/contract/events';
import { aKey, anEvent, type EventInput } from '../server/test/broadcasts.ts';
import { type Encoder, type EncoderTarget, startFfmpeg } from '../server/test/encoders.ts';
import type { Person } from '../server/test/people.ts';
import { sampleFile } from '../server/test/sample-audio.ts';
import type { Owner } from '../server/test/services/daemon.ts';
import { until } from '../server/test/until.ts';
import type { Site } from './site.ts';

/** Seconds of the sample, which goes round and round. */
const sampleSeconds = 10;

/** Starts ffmpeg with these settings; it stops with its owner. */
export async function startStream(owner: Owner, target: EncoderTarget): Promise<Encoder> {
  const input = { file: await sampleFile('mp3', sampleSeconds), contentType: 'audio/mpeg' };
  const encoder = await startFfmpeg(target, input, { loop: true });
  owner.after(encoder.stop);
  return encoder;
}

/** Names what plays, as DJ software does. */
export async function sendTitle(
  { host, port, mount, user, key }: EncoderTarget,
  song: string,
): Promise<void> {
  const query = new URLSearchParams({ mode: 'updinfo', mount, charset: 'UTF-8', song });
  const authorization = `Basic ${Buffer.from(`${user}:${key}`).toString('base64')}`;
  const answer = await fetch(`http://${host}:${port}/admin/metadata?${query}`, {
    headers: { authorization },
  });
  if (!answer.ok) throw new Error(`the title was refused: ${answer.status} ${await answer.text()}`);
  await answer.arrayBuffer();
}

export interface OnAir {
  readonly event: EventDetail;
  readonly target: EncoderTarget;
  /** Connects ffmpeg, again after it was cut off, and waits until the server hears it. */
  play(): Promise<Encoder>;
}

/** An event of the DJ and everything that is needed to send sound to it. */
export async function readyToPlay(
  owner: Owner,
  site: Pick<Site, 'origin' | 'sourcePort'>,
  dj: Person,
  input: EventInput = {},
): Promise<OnAir> {
  const event = await anEvent(dj, input);
  const mount = `/${dj.handle}`;
  const target = { host: 'localhost', port: site.sourcePort, mount, user: 'source', key: await aKey(dj) };
  async function isHeard(): Promise<boolean> {
    const answer = await fetch(`${site.origin}/listen/${event.slug}`, { headers: { range: 'bytes=0-1' } });
    await answer.body?.cancel();
    return answer.ok;
  }
  return {
    event,
    target,
    async play() {
      const encoder = await startStream(owner, target);
      await until(`${dj.handle} is on air`, isHeard);
      return encoder;
    },
  };
}
