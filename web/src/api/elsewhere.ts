/** Asking the hosts of old sites who this browser is: only they get the cookies that were given to them alone. */
import { Me } from '@slipmat/contract/sessions';
import { safeParse } from 'zod/mini';
import { silence } from './silence.ts';

/** The page waits for it, and goes on as nobody after this long. Milliseconds. */
const answerWithin = 2_500;

async function knows(address: string): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(answerWithin);
    const response = await fetch(address, { credentials: 'include', mode: 'cors', signal });
    const me = safeParse(Me, await response.json());
    return me.success && me.data.account !== null;
  } catch (failure) {
    silence(
      failure,
      'this site itself has answered, and the check of the sign-in tells of services that do not',
    );
    return false;
  }
}

/** Asked of each address at most once for every loaded page: nobody signs in there without leaving this page. */
let asked: Promise<boolean> | undefined;

/**
 * True when one of them takes this browser for somebody: it has then been given a cookie that counts here too.
 * @param addresses of `GET /api/auth/me` on other hosts.
 */
export function isKnownElsewhere(addresses: readonly string[]): Promise<boolean> {
  asked ??= Promise.all(addresses.map(knows)).then((answers) => answers.includes(true));
  return asked;
}
