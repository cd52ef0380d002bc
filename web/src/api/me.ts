/** Who this browser is to the server. What follows when that changes is in `identity-change.ts`. */
import { type Me, sessionsEndpoints } from '@slipmat/contract/sessions';
import { type Asked, type Asking, createAsking } from './asking.ts';
import { call, setCsrfToken } from './client.ts';
import { useAsked } from './use-asked.ts';

const asking = createAsking<Me>({
  async ask() {
    let me = await call(sessionsEndpoints.me);
    if (me.elsewhere.length > 0) {
      const { isKnownElsewhere } = await import('./elsewhere.ts');
      if (await isKnownElsewhere(me.elsewhere)) me = await call(sessionsEndpoints.me);
    }
    setCsrfToken(me.csrfToken);
    return me;
  },
  where: 'your account',
});

/** For whoever follows it outside of a drawing. */
export const askingMe: Pick<Asking<Me>, 'ask' | 'state' | 'subscribe'> = asking;

/** Who this browser is to the server; `data.account` is null for nobody. */
export function useMe(): Asked<Me> {
  return useAsked(asking);
}

/** Asks who this browser is, for whoever changed something about that account. */
export async function askMeAgain(): Promise<void> {
  await asking.ask();
}
