/** Why the source port turned an encoder away, and what each reason means on the wire. */

/**
 * `wrong-key`, `key-revoked`, `wrong-user`: credentials · `not-a-dj`, `email-unverified`, `not-scheduled`, `too-early`,
 * `someone-else-on-air`, `event-over`: known DJ, not at the moment · `unknown-mount`: nobody has it ·
 * `unsupported-format`, `went-silent`: a source that was accepted and then cut · `bad-request`: not the Icecast
 * protocol · `too-many-sources`, `server-unavailable`: the server's own trouble.
 */
export type RefusalReason =
  | 'wrong-key'
  | 'key-revoked'
  | 'wrong-user'
  | 'not-a-dj'
  | 'email-unverified'
  | 'not-scheduled'
  | 'too-early'
  | 'someone-else-on-air'
  | 'event-over'
  | 'unknown-mount'
  | 'unsupported-format'
  | 'went-silent'
  | 'bad-request'
  | 'too-many-sources'
  | 'server-unavailable';

/** Credentials were looked at and are not good. */
export type CredentialRefusal = 'wrong-key' | 'key-revoked' | 'wrong-user';

/** Credentials are good, but this DJ cannot go on air at the moment. */
export type AdmissionRefusal =
  | 'not-a-dj'
  | 'email-unverified'
  | 'not-scheduled'
  | 'too-early'
  | 'someone-else-on-air'
  | 'event-over'
  | 'too-many-sources'
  | 'server-unavailable';

/** How a refusal is answered. */
export interface RefusalAnswer {
  readonly status: 400 | 401 | 403 | 404;
  /** One line, for software that shows it. */
  readonly body: string;
  /**
   * True when the answer is held back for a while: some software tries again at once and without end
   * (BUTT five times a second), and takes 409 and 503 as final.
   */
  readonly held: boolean;
}

function busy(body: string): RefusalAnswer {
  return { status: 403, body, held: true };
}

const credentials: RefusalAnswer = { status: 401, body: 'Wrong user or stream key', held: false };

/** The answer to each reason. 401 is for credentials alone: software takes it as final and blames the password. */
export const refusalAnswers: Readonly<Record<RefusalReason, RefusalAnswer>> = {
  'wrong-key': credentials,
  'key-revoked': { status: 401, body: 'This stream key was revoked', held: false },
  'wrong-user': { status: 401, body: 'The user must be "source" or your handle', held: false },
  'email-unverified': busy('Your e-mail address is not verified yet'),
  'not-a-dj': busy('This account has no DJ profile at the moment'),
  'not-scheduled': busy('You have no event about to start'),
  'too-early': busy('Your event has not opened yet'),
  'someone-else-on-air': busy('Another DJ is on air'),
  'event-over': busy('Your event is over'),
  'unknown-mount': { status: 404, body: 'There is no such mount', held: false },
  'unsupported-format': { status: 403, body: 'This audio format is not supported', held: false },
  'went-silent': { status: 403, body: 'No audio arrived', held: false },
  'bad-request': { status: 400, body: 'This is not the Icecast 2 protocol', held: false },
  'too-many-sources': busy('Too many sources connected'),
  'server-unavailable': busy('The server cannot check your key at the moment'),
};
