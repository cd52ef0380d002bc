/** One's e-mail address, asked again while a link waits to be opened, here or on another device. */
import type { Account } from '@slipmat/contract/accounts';
import { type EmailStanding, mailEndpoints } from '@slipmat/contract/mail';
import { useEffect, useState } from 'react';
import { askMeAgain } from '../../api/me.ts';
import { useAsk } from '../../api/queries.ts';
import { run } from '../../api/run.ts';

export const where = 'your e-mail address';

/** While somebody looks into their mailbox. Milliseconds. */
const soon = 5_000;
const later = 5 * 60_000;

/** True while something is to be done about the address. */
export function isWaiting({ verifiedAt, sent, bounced }: EmailStanding): boolean {
  return verifiedAt === null || sent !== null || bounced;
}

/** When the address turns out to be verified, everything that depends on it is asked again. */
export function useAddress(account: Account) {
  const [waits, setWaits] = useState(true);
  const asked = useAsk(mailEndpoints.address, undefined, { where, shown: true, every: waits ? soon : later });
  if (asked.data !== undefined && isWaiting(asked.data) !== waits) setWaits(!waits);
  const { emailVerifiedAt } = account;
  const verifiedAt = asked.data?.verifiedAt;
  useEffect(() => {
    if (verifiedAt !== undefined && verifiedAt !== emailVerifiedAt) run(askMeAgain, where);
  }, [verifiedAt, emailVerifiedAt]);
  return asked;
}
