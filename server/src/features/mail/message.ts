/** A mail as it goes out: plain text and HTML that say the same, and why somebody gets it. */
import type { MailKind } from '@slipmat/contract/mail';
import MailComposer from 'nodemailer/lib/mail-composer';
import { escapeHtml } from '#server/http/html.ts';
import { htmlOf, textOf } from './markdown.ts';

/** What a mail says, and to whom. */
export interface Letter {
  readonly id: string;
  readonly kind: MailKind;
  readonly address: string;
  readonly subject: string;
  readonly markdown: string;
  readonly link: string | null;
}

export interface Letterhead {
  /** `Name <address>` or an address alone. */
  readonly from: string;
  /** The address alone. */
  readonly sender: string;
  /** Such as https://radio.example */
  readonly origin: string;
}

const buttons: Readonly<Record<MailKind, string>> = {
  verification: 'Verify this address',
  account: 'Open your settings',
  notification: 'Open',
  'must-read': 'Open and confirm',
};

/** The last lines. */
function reasonOf(kind: MailKind, origin: string): string {
  const site = new URL(origin).host;
  switch (kind) {
    case 'verification':
      return `You get this because somebody gave this address to ${site}. If that was not you, do nothing: without the link the address is not used.`;
    case 'account':
      return `You get this because it is about your account at ${site}.`;
    case 'must-read':
      return `You get this because the people who run ${site} need to know that you have read it. Mail of this kind cannot be switched off.`;
    case 'notification':
      return `You get this because you get notifications of ${site} by e-mail. Your settings switch that off: ${origin}/settings`;
  }
}

/** The plain text: also what the owner reads in the outbox. */
export function plainText(letter: Omit<Letter, 'address' | 'id'>, origin: string): string {
  const { kind, markdown, link } = letter;
  const parts = [textOf(markdown).trim(), ...(link === null ? [] : [`${buttons[kind]}:\n${link}`])];
  return `${parts.join('\n\n')}\n\n-- \n${reasonOf(kind, origin)}\n`;
}

/** Readable in the dark as well: no colour is set but the button's. */
function html({ kind, subject, markdown, link }: Letter, origin: string): string {
  const style =
    'font-family:system-ui,sans-serif;font-size:16px;line-height:1.5;max-width:36em;margin:0 auto';
  const button =
    'display:inline-block;padding:12px 20px;border-radius:10px;background:#b4471c;color:#ffffff;text-decoration:none';
  const safe = link === null ? '' : escapeHtml(link);
  const act =
    link === null
      ? ''
      : `<p><a href="${safe}" style="${button}">${buttons[kind]}</a></p><p style="font-size:13px;word-break:break-all">${safe}</p>`;
  const head = `<meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>${escapeHtml(subject)}</title>`;
  const foot = `<p style="font-size:13px;margin-top:32px">${escapeHtml(reasonOf(kind, origin))}</p>`;
  return `<!doctype html><html lang="en"><head>${head}</head><body><div style="${style}">${htmlOf(markdown, origin)}${act}${foot}</div></body></html>`;
}

/**
 * The whole mail in RFC 5322 form. Its Message-ID is made of the row's id: a mail that has to be handed over again,
 * because nobody knows whether it was taken, is known again by it.
 */
export function compose(letter: Letter, { from, sender, origin }: Letterhead): Promise<Buffer> {
  const domain = sender.slice(sender.lastIndexOf('@') + 1);
  const message = new MailComposer({
    from,
    to: { name: '', address: letter.address },
    subject: letter.subject,
    messageId: `<${letter.id}@${domain}>`,
    text: plainText(letter, origin),
    html: html(letter, origin),
    headers: {
      // Nobody's holiday note answers this (RFC 3834).
      'Auto-Submitted': 'auto-generated',
      ...(letter.kind === 'notification' ? { 'List-Unsubscribe': `<${origin}/settings>` } : {}),
    },
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return message.compile().build();
}
