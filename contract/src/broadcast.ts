/** Sending audio: stream keys, the settings for DJ software, and why an encoder was refused. */
import * as z from 'zod/mini';
import { defineEndpoint } from './endpoint.ts';
import { Id, Instant, Nothing } from './ids.ts';

interface RefusalRow {
  readonly title: string;
  /** What is wrong and what to change, in the words of the field in the DJ's software. */
  readonly sentence: string;
}

/** Why the source port refused an encoder. DJ software hides the reason, so the dashboard tells it. */
export const refusals = {
  'wrong-key': {
    title: 'Wrong key',
    sentence:
      'The password in your software is not one of your stream keys. Copy a key from here, or make a new one, and paste it into the field “Password”.',
  },
  'key-revoked': {
    title: 'Key revoked',
    sentence:
      'The password in your software is a stream key that was revoked. Make a new one and paste it into the field “Password”.',
  },
  'wrong-user': {
    title: 'Wrong user',
    sentence: 'The field “User” or “Login” must be “source” or your handle.',
  },
  'not-a-dj': {
    title: 'No DJ profile',
    sentence: 'Your account cannot send audio at the moment. A mentor or staff can make you a DJ again.',
  },
  'email-unverified': {
    title: 'E-mail not verified',
    sentence:
      'Your DJ profile is paused until your e-mail address is verified. Open the link that was sent to you, or have it sent again in your settings, then connect again.',
  },
  'not-scheduled': {
    title: 'No event now',
    sentence:
      'You have no published event about to start. Publish one that begins within 30 minutes, then connect again.',
  },
  'too-early': {
    title: 'Too early',
    sentence: 'Your next event has not opened yet. You can connect from 30 minutes before it starts.',
  },
  'someone-else-on-air': {
    title: 'Somebody else is on air',
    sentence: 'Another DJ of the line-up is on air and your slot has not begun. Connect again when it does.',
  },
  'event-over': {
    title: 'Event over',
    sentence: 'Your event has ended or was cancelled. Make a new one to play on.',
  },
  'unsupported-format': {
    title: 'Format not supported',
    sentence: 'Set the codec in your software to MP3, AAC (ADTS), Ogg Vorbis or Ogg Opus.',
  },
  'bad-request': {
    title: 'Not understood',
    sentence: 'What your software sent is not the Icecast 2 protocol. Set the server type to “Icecast 2”.',
  },
  'too-many-sources': {
    title: 'Server full',
    sentence: 'This server takes no more sources at the moment. Please tell staff.',
  },
  'went-silent': {
    title: 'No more data',
    sentence:
      'Your software stayed connected but sent nothing for 15 seconds, so it was disconnected. Check its input and your connection.',
  },
  'server-unavailable': {
    title: 'Server trouble',
    sentence:
      'The server could not check your key because its storage did not answer. Your settings may be right; try again.',
  },
} as const satisfies Record<string, RefusalRow>;

export type RefusalReason = keyof typeof refusals;
export const RefusalReason = z.enum(Object.keys(refusals) as [RefusalReason, ...RefusalReason[]]);

export const broadcastLimits = {
  /** One per machine and piece of software, with room for rotation. */
  keysPerDj: 10,
} as const;

/** A stream key; its secret is shown once, when it is made. */
export const StreamKey = z.object({
  id: Id,
  name: z.string(),
  /** The first characters, to tell keys apart. */
  hint: z.string(),
  createdAt: Instant,
  lastUsedAt: z.nullable(Instant),
});
export type StreamKey = z.infer<typeof StreamKey>;

const KeyName = z.string().check(z.trim(), z.minLength(1), z.maxLength(60));

/** What to type into DJ software. */
export const EncoderSettings = z.object({
  host: z.string(),
  port: z.int(),
  mount: z.string(),
  user: z.string(),
  /** True when the source port takes TLS as well. */
  tls: z.boolean(),
});
export type EncoderSettings = z.infer<typeof EncoderSettings>;

export const broadcastEndpoints = {
  keys: defineEndpoint({
    method: 'GET',
    path: '/api/dj/keys',
    summary: 'One’s stream keys, without their secrets.',
    access: { can: 'broadcast.send' },
    rate: 'read',
    reply: z.object({ keys: z.array(StreamKey) }),
    problems: [],
  }),
  createKey: defineEndpoint({
    method: 'POST',
    path: '/api/dj/keys',
    summary: 'Make a stream key. Its secret is in this reply and never shown again.',
    access: { can: 'broadcast.send' },
    rate: 'write',
    body: z.strictObject({ name: z._default(KeyName, 'My encoder') }),
    reply: z.object({ key: StreamKey, secret: z.string() }),
    status: 201,
    problems: ['too-many', 'step-up-required'],
    needsStepUp: true,
  }),
  rotateKey: defineEndpoint({
    method: 'POST',
    path: '/api/dj/keys/{id}/rotate',
    summary: 'Give a key a new secret; the old one stops working for new connections.',
    access: { can: 'broadcast.send' },
    rate: 'write',
    params: z.object({ id: Id }),
    reply: z.object({ key: StreamKey, secret: z.string() }),
    problems: ['not-found', 'step-up-required'],
    needsStepUp: true,
  }),
  revokeKey: defineEndpoint({
    method: 'DELETE',
    path: '/api/dj/keys/{id}',
    summary: 'Revoke a key. A source that is connected with it is closed.',
    access: { can: 'broadcast.send' },
    rate: 'write',
    params: z.object({ id: Id }),
    reply: Nothing,
    problems: ['not-found'],
  }),
  encoder: defineEndpoint({
    method: 'GET',
    path: '/api/dj/encoder',
    summary: 'What to type into DJ software.',
    access: { can: 'broadcast.send' },
    rate: 'read',
    reply: EncoderSettings,
    problems: [],
  }),
};
