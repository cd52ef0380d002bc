/**
 * Every error that a person can meet, in one table: what it is called on the wire, its HTTP status, what to
 * tell the person and what they can do. `docs/errors.md` is generated from it. What a client finds by itself
 * stands in `problem.ts`, so that a page does not carry the whole table.
 */
import {
  FieldProblem,
  foundByClients,
  Problem,
  ProblemAction,
  type ProblemCode,
  type ProblemDetails,
  type ProblemRow,
  problemCodes,
  problemOfRow,
  row,
} from './problem.ts';

export { FieldProblem, Problem, ProblemAction, type ProblemCode, type ProblemDetails, problemCodes };

export const problems = {
  // The request itself.
  'bad-request': row(400, 'Request not understood', 'The server could not read this request.', 'reload'),
  'invalid-input': row(422, 'Please check what you entered', 'Some fields are not right yet.'),
  'unknown-field': row(
    422,
    'Unknown field',
    'The request has a field that the server does not know.',
    'reload',
  ),
  'body-too-large': row(413, 'Too large', 'What you sent is larger than allowed here.'),
  'unsupported-media-type': row(
    415,
    'Wrong content type',
    'The server does not take this kind of content here.',
  ),
  'header-too-large': row(
    431,
    'Too many cookies',
    'Your browser sent more cookies than the server can read.',
    'repair',
  ),
  'not-found': row(404, 'Not found', 'There is nothing here, or it is not for you to see.'),
  'method-not-allowed': row(405, 'Not possible here', 'This address does not take this kind of request.'),
  'rate-limited': row(429, 'Too fast', 'That was too often in a short time. Please wait a moment.', 'retry'),

  // Who is asking.
  'session-missing': row(401, 'Please sign in', 'You need to be signed in for this.', 'sign-in'),
  'session-expired': row(
    401,
    'Signed out',
    'You have been signed out because you were away for long.',
    'sign-in',
  ),
  'session-revoked': row(
    401,
    'Signed out',
    'This device was signed out, here or from another device.',
    'sign-in',
  ),
  'session-conflict': foundByClients['session-conflict'],
  'not-allowed': row(403, 'Not allowed', 'Your account is not allowed to do this.'),
  'csrf-origin-mismatch': row(
    403,
    'Blocked',
    'This request came from another site and was blocked.',
    'reload',
    true,
  ),
  'csrf-origin-missing': row(
    403,
    'Blocked',
    'Your browser did not say which page this request came from, so it was blocked. Reloading the page usually helps.',
    'reload',
    true,
  ),
  'step-up-required': row(
    403,
    'Your password, please',
    'This needs your password, which you have not given for a while. Nothing was changed.',
  ),
  'wrong-credentials': row(401, 'Sign-in failed', 'This name and password do not belong together.'),
  'session-not-kept': foundByClients['session-not-kept'],
  'session-split': foundByClients['session-split'],
  'roll-out-state': row(
    409,
    'Not possible now',
    'The roll-out is not in a state that allows this.',
    'reload',
  ),

  // Accounts.
  'handle-taken': row(409, 'Handle taken', 'Somebody already has this handle. Please choose another.'),
  'email-taken': row(
    409,
    'E-mail in use',
    'There is already an account with this e-mail address.',
    'sign-in',
  ),
  'password-too-common': row(
    422,
    'Password too common',
    'This password is among the first that anyone would try.',
  ),
  'setup-closed': row(409, 'Already set up', 'This Slipmat already has an owner.'),
  'setup-link-wrong': row(
    403,
    'Link not valid',
    'This set-up link is not valid any more. The server prints a new one when it starts.',
  ),
  'invitation-over': row(
    409,
    'Invitation over',
    'This invitation was already used, withdrawn or has expired. Ask for a new one.',
  ),

  // Mail.
  'email-missing': row(
    409,
    'No e-mail address',
    'Your account has no e-mail address yet. Enter one in your settings.',
  ),
  'verification-over': row(
    409,
    'Link not valid any more',
    'This link was already replaced or has expired. Your settings send you a new one.',
  ),
  'mail-not-sendable': row(
    409,
    'Cannot be sent now',
    'This mail is on its way already, has nowhere to go, or no mail server is set.',
  ),

  // Events.
  'event-state': row(409, 'Not possible now', 'The event is not in a state that allows this.', 'reload'),
  'event-too-soon': row(422, 'Start is in the past', 'An event cannot be published when it is already over.'),
  'not-a-dj': row(422, 'Not a DJ here', 'One of the people in the line-up is not a DJ on this Slipmat.'),
  'lineup-overlap': row(
    422,
    'Slots overlap',
    'Two slots of the line-up overlap, or one lies outside the event.',
  ),
  'image-unreadable': row(415, 'Not an image', 'Please use a JPEG, PNG, WebP or AVIF image.'),
  'too-many': row(409, 'That is the limit', 'You have as many of these as are allowed. Remove one first.'),

  // Listening.
  'not-on-air': row(
    404,
    'Nobody is playing',
    'There is no sound yet. The page starts it when the DJ comes on air.',
    'retry',
  ),
  'stream-full': row(503, 'Full house', 'All places to listen are taken at the moment.', 'retry', true),

  // Chat.
  'chat-slow-mode': row(
    429,
    'Slow mode',
    'The chat is in slow mode. Your next message can go out in a moment.',
    'retry',
  ),
  'chat-timed-out': row(403, 'Time-out', 'You are in a time-out and can write again when it is over.'),
  'chat-muted': row(403, 'Muted', 'You are muted in this chat for the rest of the event.'),
  'chat-closed': row(409, 'Chat closed', 'This chat is closed.'),
  'host-protected': row(403, 'Not the host', 'The host of the event and staff cannot be muted or timed out.'),

  // Notifications.
  'must-read-first': row(
    403,
    'Something to read first',
    'There is a message that you have to confirm before this. It is at the top of the page.',
    'read',
  ),
  'notification-state': row(
    409,
    'Not possible now',
    'The notification has ended or was withdrawn, or is of a kind that does not allow this.',
    'reload',
  ),
  'notification-changed': row(
    409,
    'It was changed',
    'This message was changed while you read it. Please read it again, then confirm.',
    'read',
  ),
  'audience-not-allowed': row(
    403,
    'Not yours to address',
    'Your account may not send this kind of notification to these people.',
  ),
  'audience-empty': row(422, 'Nobody would get it', 'There is nobody in this audience at the moment.'),

  // Realtime.
  'topic-unknown': foundByClients['topic-unknown'],
  'too-many-subscriptions': foundByClients['too-many-subscriptions'],
  'message-unreadable': row(
    400,
    'Message not understood',
    'The server could not read this message.',
    'reload',
  ),

  // The server.
  'internal-error': row(
    500,
    'Something broke',
    'Something broke on our side. It has been recorded.',
    'retry',
    true,
  ),
  'storage-unavailable': row(
    503,
    'Storage not answering',
    'The server cannot reach its storage at the moment. Nothing was lost.',
    'retry',
    true,
  ),
  'storage-full': row(
    507,
    'Storage full',
    'The server has no room left to save this. Nothing was saved; please keep what you wrote.',
    'retry',
    true,
  ),
  busy: foundByClients.busy,
  'shutting-down': row(503, 'Restarting', 'The server is restarting. Please try again in a moment.', 'retry'),

  // Found by the client.
  'network-unreachable': foundByClients['network-unreachable'],
  'timed-out': foundByClients['timed-out'],
  'unexpected-answer': foundByClients['unexpected-answer'],
  'contract-violation': foundByClients['contract-violation'],
  'page-broke': foundByClients['page-broke'],
} as const satisfies Record<ProblemCode, ProblemRow>;

/** Codes that any endpoint or socket message may answer with. */
export const sharedProblems: readonly ProblemCode[] = [
  'bad-request',
  'invalid-input',
  'unknown-field',
  'body-too-large',
  'unsupported-media-type',
  'header-too-large',
  'not-found',
  'method-not-allowed',
  'rate-limited',
  'session-missing',
  'session-expired',
  'session-revoked',
  'session-conflict',
  'not-allowed',
  'csrf-origin-mismatch',
  'csrf-origin-missing',
  'internal-error',
  'storage-unavailable',
  'storage-full',
  'busy',
  'shutting-down',
];

/**
 * The wire form of a problem.
 * @param reference what staff can look up.
 */
export function problemOf(code: ProblemCode, reference: string, details: ProblemDetails = {}): Problem {
  return problemOfRow(code, problems[code], reference, details);
}
