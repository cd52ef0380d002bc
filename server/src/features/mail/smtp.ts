/** Hands one mail to the mail server, and says what became of it. */
import SMTPConnection from 'nodemailer/lib/smtp-connection';

/** The mail server, as the settings name it. */
export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  readonly tls: 'always' | 'starttls' | 'off';
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly sender: string;
}

/**
 * `bounced`: the address takes no mail; `isAddress` tells whether that is the address's own fault. `failed`: this mail
 * is not wanted. `later`: nothing is decided.
 */
export type Handed =
  | { readonly kind: 'sent' }
  | { readonly kind: 'bounced'; readonly error: string; readonly isAddress: boolean }
  | { readonly kind: 'failed'; readonly error: string }
  | { readonly kind: 'later'; readonly error: string };

/** Milliseconds. */
export const smtpTimes = {
  connect: 10_000,
  greeting: 15_000,
  /** Without a byte. */
  silence: 30_000,
  /** For the whole mail, whatever trickles in. */
  whole: 90_000,
} as const;
export type SmtpTimes = Readonly<Record<keyof typeof smtpTimes, number>>;

/** Characters of what the server said that are kept for the owner. */
const errorLength = 300;

interface SmtpError extends Error {
  readonly responseCode?: number | undefined;
  readonly response?: string | undefined;
  readonly command?: string | undefined;
}

/** A refusal for the sender's sake (RFC 3463 §3.8, 5.7) or a full mailbox (5.2.2) says nothing about the address. */
function isAboutAddress(response: string): boolean {
  return !/^5\d\d[ -]5\.(?:7\.|2\.2)/.test(response);
}

/** What a failure means. A wrong password or a sender that is not allowed is the owner's to mend: the mail waits. */
export function judge(error: SmtpError): Handed {
  const text = error.message.replaceAll(/\s+/g, ' ').slice(0, errorLength);
  const { responseCode = 0, response = '', command = '' } = error;
  if (responseCode < 500) return { kind: 'later', error: text };
  if (command === 'RCPT TO') return { kind: 'bounced', error: text, isAddress: isAboutAddress(response) };
  return command === 'DATA' ? { kind: 'failed', error: text } : { kind: 'later', error: text };
}

function whenDone(act: (done: (error?: SmtpError | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    act((error) => (error ? reject(error) : resolve()));
  });
}

async function talk(
  connection: SMTPConnection,
  server: SmtpServer,
  to: string,
  message: Buffer,
): Promise<void> {
  const { user, password, sender } = server;
  await whenDone((done) => connection.connect(done));
  if (user !== undefined)
    await whenDone((done) => connection.login({ credentials: { user, pass: password ?? '' } }, done));
  await whenDone((done) => connection.send({ from: sender, to: [to] }, message, done));
}

/** @param signal cuts the connection. Never throws: what went wrong is the answer. */
export async function handOver(
  server: SmtpServer,
  to: string,
  message: Buffer,
  signal: AbortSignal,
  times: SmtpTimes = smtpTimes,
): Promise<Handed> {
  const connection = new SMTPConnection({
    host: server.host,
    port: server.port,
    secure: server.tls === 'always',
    requireTLS: server.tls === 'starttls',
    ignoreTLS: server.tls === 'off',
    connectionTimeout: times.connect,
    greetingTimeout: times.greeting,
    socketTimeout: times.silence,
    dnsTimeout: times.connect,
  });
  const { promise: cut, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(new Error('The server stopped while this was being sent.'));
  signal.addEventListener('abort', stop);
  const timer = setTimeout(
    () => reject(new Error(`The mail server took more than ${times.whole / 1_000} s.`)),
    times.whole,
  );
  // Errors between two commands come as events only; the next command fails because of them.
  connection.on('error', (error: Error) => reject(error));
  try {
    await Promise.race([talk(connection, server, to, message), cut]);
    connection.quit();
    return { kind: 'sent' };
  } catch (error) {
    connection.close();
    return judge(error instanceof Error ? error : new Error(String(error)));
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}
