/** Settings of what reaches people: mail, web push, and how long notifications are kept. */
import type { Mistakes, SettingName } from '../config.ts';

/** The mail server that takes our mail. */
export interface MailConfig {
  readonly host: string;
  readonly port: number;
  /** `always`: from the first byte; `starttls`: asked for, and nothing is sent without; `off`: neither. */
  readonly tls: 'always' | 'starttls' | 'off';
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** `Name <address>` or an address alone. */
  readonly from: string;
  /** The address alone. */
  readonly sender: string;
}

export interface ChannelsConfig {
  /** Undefined: mail is kept in the outbox. */
  readonly mail: MailConfig | undefined;
  /** The address of MAIL_FROM, also without a mail server. */
  readonly sender: string | undefined;
  readonly mailsPerMinute: number;
  readonly pushesPerMinute: number;
  /** True: push services on private addresses are spoken to as well. */
  readonly privatePush: boolean;
  /** How long notifications that are over are kept; undefined: for ever. */
  readonly notificationDays: number | undefined;
}

/** Beyond this no setting helps: what a database writes in a minute. */
const maxPerMinute = 60_000;

function parseRate(name: 'MAIL_PER_MINUTE' | 'PUSH_PER_MINUTE', value: string, mistakes: Mistakes): number {
  const rate = Number(value);
  if (Number.isInteger(rate) && rate >= 1 && rate <= maxPerMinute) return rate;
  mistakes.add(name, `is “${value}”, but must be a whole number from 1 to ${maxPerMinute}.`);
  return 1;
}

/** A hundred years. */
const mostDays = 36_500;

/** Undefined: for ever. */
function parseDays(value: string, mistakes: Mistakes): number | undefined {
  const days = Number(value);
  if (value.trim() === '' || !Number.isInteger(days) || days < 0 || days > mostDays)
    mistakes.add('NOTIFICATIONS_DAYS', `is “${value}”, but must be a whole number from 0 to ${mostDays}.`);
  return days === 0 ? undefined : days;
}

/** The address of `Name <address>` or of an address alone; undefined when it is none. */
export function senderOf(from: string): string | undefined {
  const [, inBrackets] = /^[^<>\r\n]*<([^<>\s]+)>$/.exec(from) ?? [];
  const address = inBrackets ?? from;
  return /^[^\s@<>"(),:;]+@[a-z0-9.-]+$/i.test(address) ? address : undefined;
}

function isOwnMachine(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || host.startsWith('127.');
}

function parseTls(url: URL, mistakes: Mistakes): MailConfig['tls'] {
  const wish = url.searchParams.get('tls');
  if (wish !== null && wish !== 'off')
    mistakes.add('SMTP_URL', `has “tls=${wish}”, but only tls=off is known.`);
  if (url.protocol === 'smtps:') return 'always';
  // What does not leave the machine needs no TLS, and mail servers there rarely have a certificate for localhost.
  return wish === 'off' || isOwnMachine(url.hostname) ? 'off' : 'starttls';
}

function parseMail(value: (name: SettingName) => string, mistakes: Mistakes): MailConfig | undefined {
  const from = value('MAIL_FROM').trim();
  if (value('SMTP_URL') === '') {
    if (from !== '' && senderOf(from) === undefined)
      mistakes.add('MAIL_FROM', 'must be an address, or a name and an address: Radio <radio@example.org>.');
    return undefined;
  }
  const url = URL.parse(value('SMTP_URL'));
  if (url === null || !['smtp:', 'smtps:'].includes(url.protocol) || url.hostname === '') {
    mistakes.add('SMTP_URL', 'is not an address that starts with smtp:// or smtps://');
    return undefined;
  }
  const sender = senderOf(from);
  if (sender === undefined) {
    mistakes.add('MAIL_FROM', 'must be set with SMTP_URL: an address, or Radio <radio@example.org>.');
    return undefined;
  }
  const tls = parseTls(url, mistakes);
  return {
    host: url.hostname.replaceAll(/^\[|\]$/g, ''),
    port: url.port === '' ? (tls === 'always' ? 465 : 587) : Number(url.port),
    tls,
    user: url.username === '' ? undefined : decodeURIComponent(url.username),
    password: url.password === '' ? undefined : decodeURIComponent(url.password),
    from,
    sender,
  };
}

/** @param value gives a setting, or its default. */
export function parseChannels(value: (name: SettingName) => string, mistakes: Mistakes): ChannelsConfig {
  const addresses = value('PUSH_ADDRESSES');
  if (addresses !== 'public' && addresses !== 'any')
    mistakes.add('PUSH_ADDRESSES', `is “${addresses}”, but must be public or any.`);
  return {
    mail: parseMail(value, mistakes),
    sender: senderOf(value('MAIL_FROM').trim()),
    mailsPerMinute: parseRate('MAIL_PER_MINUTE', value('MAIL_PER_MINUTE'), mistakes),
    pushesPerMinute: parseRate('PUSH_PER_MINUTE', value('PUSH_PER_MINUTE'), mistakes),
    privatePush: addresses === 'any',
    notificationDays: parseDays(value('NOTIFICATIONS_DAYS'), mistakes),
  };
}
