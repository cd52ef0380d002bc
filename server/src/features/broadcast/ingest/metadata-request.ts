/** Answering title updates, of Icecast (`/admin/metadata`, GET and POST) and Shoutcast (`/admin.cgi`). */
import { within } from './deadline.ts';
import { authenticate, type Exchange, type Outcome, readBody, refuse, timeLeft, write } from './exchange.ts';
import { type Fields, parseFields } from './form.ts';
import { looseText } from './head.ts';
import type { SourceOwner } from './hooks.ts';
import { answerBytes, CONTINUE, challenge, metadataAnswer } from './reply.ts';
import type { IngestRequest, MetadataRequest } from './request.ts';
import { titleFromFields } from './titles.ts';

type TitleRequest = MetadataRequest | Extract<IngestRequest, { kind: 'shoutcast-metadata' }>;

/** The mount an update is for, with its slash; null in a Shoutcast update without one. */
function mountOf(fields: Fields): string | null {
  const bytes = fields.get('mount');
  if (bytes === undefined || bytes.length === 0) return null;
  const mount = looseText(bytes);
  return mount.startsWith('/') ? mount : `/${mount}`;
}

/** The fields of query and form together, the form's first; null when the form cannot be read. */
async function allFields<Dj extends SourceOwner>(
  exchange: Exchange<Dj>,
  request: TitleRequest,
): Promise<Fields | null> {
  if (request.expectsContinue) write(exchange, CONTINUE);
  const body = await readBody(exchange, request.framing);
  if (body === null) return null;
  return body.length === 0 ? request.fields : new Map([...request.fields, ...parseFields(body)]);
}

/**
 * Answers one title update. It counts even when the client has gone without reading the answer, as BUTT and
 * Mixxx do.
 */
export async function answerMetadata<Dj extends SourceOwner>(
  exchange: Exchange<Dj>,
  request: TitleRequest,
): Promise<Outcome> {
  const { credentials, userAgent } = request;
  const fields = await allFields(exchange, request);
  if (fields === null) {
    write(exchange, answerBytes({ status: 413, body: 'This form is too large\r\n' }));
    return 'close';
  }
  const keep: Outcome = request.isPersistent ? 'keep' : 'close';
  if (credentials.kind === 'none') {
    write(exchange, challenge(request.isPersistent));
    return keep;
  }
  const mount = mountOf(fields);
  const about = { mount, purpose: 'metadata', userAgent } as const;
  if (credentials.kind === 'unreadable') return refuse(exchange, 'wrong-key', about);
  if (fields.get('mode')?.toString('latin1') !== 'updinfo') {
    write(exchange, answerBytes({ status: 400, body: 'Only mode=updinfo is known\r\n' }));
    return 'close';
  }
  const { user, key } = credentials;
  const who = await authenticate(exchange, { mount, user, key, purpose: 'metadata' });
  if (who.kind === 'denied') return refuse(exchange, who.reason, about);
  if (who.kind === 'unknown-mount') return refuse(exchange, 'unknown-mount', about);
  const isDone = who.kind === 'known' && (await update(exchange, who.dj, fields));
  const message = isDone ? 'Metadata update successful' : 'Metadata update failed';
  write(exchange, metadataAnswer(isDone, message, request.isPersistent));
  return keep;
}

/** Hands the title on; true when that worked, or when there was nothing to hand on. */
async function update<Dj extends SourceOwner>(
  exchange: Exchange<Dj>,
  dj: Dj,
  fields: Fields,
): Promise<boolean> {
  const { clock, limits, hooks, log } = exchange.house;
  const title = titleFromFields(fields);
  if (title === null) return true;
  const failure = (err: unknown) => log.error({ err }, 'title update failed');
  const done = await within(clock, timeLeft(exchange, limits.hookMs), hooks.metadata(dj, title), { failure });
  if (done.kind === 'none') failure(done.cause);
  return done.kind === 'value';
}
