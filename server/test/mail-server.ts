/** A real mail server for tests; what it does with a mail depends on the recipient's name. */
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import { silence } from '#server/platform/silence.ts';
import type { Owner } from './services/daemon.ts';

/** A mail that the server took. */
export interface TakenMail {
  readonly to: string;
  readonly messageId: string;
  /** Headers and body as they came. */
  readonly raw: string;
}

export interface MailServer {
  readonly port: number;
  /** For the setting SMTP_URL. */
  readonly url: string;
  readonly taken: readonly TakenMail[];
  /** Recipients that were named, taken or not. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

function refusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}

/** What is said to RCPT TO, by the first word of the name. */
const refusals: Readonly<Record<string, Error>> = {
  gone: refusal(550, '5.1.1 No such user here'),
  blocked: refusal(550, '5.7.1 Your network is on our list'),
  full: refusal(452, '4.2.2 Mailbox full'),
};

function firstWord(address: string): string {
  return /^[a-z]+/.exec(address)?.[0] ?? '';
}

/**
 * Starts it on a free port. `gone`, `blocked` and `full` are refused by name, `spam` after the text, `mute` never gets
 * an answer to it, and `deferred` is told to come back the first time.
 * @param onTaken called before a mail is acknowledged; the answer waits for it.
 */
export async function startMailServer(
  owner: Owner,
  onTaken: (mail: TakenMail) => Promise<void> = async () => undefined,
): Promise<MailServer> {
  const taken: TakenMail[] = [];
  const asked: string[] = [];
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    onRcptTo({ address }, _session, done) {
      asked.push(address);
      const isNew = asked.filter((other) => other === address).length === 1;
      if (firstWord(address) === 'deferred' && isNew) return done(refusal(451, '4.7.1 Greylisted'));
      done(refusals[firstWord(address)]);
    },
    onData(stream, session, done) {
      const take = async (): Promise<void> => {
        const raw = await text(stream);
        const to = session.envelope.rcptTo[0]?.address ?? '';
        if (firstWord(to) === 'mute') return;
        if (firstWord(to) === 'spam') return done(refusal(554, '5.7.1 Looks like spam'));
        const [, messageId = ''] = /^message-id: (\S+)/im.exec(raw) ?? [];
        const mail = { to, messageId, raw };
        await onTaken(mail);
        taken.push(mail);
        done();
      };
      take().catch((error: unknown) => done(error instanceof Error ? error : new Error(String(error))));
    },
  });
  server.on('error', (error) => silence(error, 'clients that are killed cut their connections'));
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const address = listening.address();
  const port = address === null || typeof address === 'string' ? 0 : address.port;
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= new Promise((resolve) => {
      server.close(() => resolve());
    });
    return closing;
  };
  owner.after(close);
  return { port, url: `smtp://127.0.0.1:${port}`, taken, asked, close };
}
