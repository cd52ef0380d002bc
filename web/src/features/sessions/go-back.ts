/** Going back to where somebody came from, which may be a page of an old site behind the gate. */
import { sessionsEndpoints } from '@slipmat/contract/sessions';
import { useCallback } from 'react';
import { call } from '../../api/client.ts';
import { run } from '../../api/run.ts';
import { useLocation } from '../../ui/location.ts';
import { returnPath } from './state.ts';

/**
 * The address on another site to go back to.
 * @param wanted what the address says, from anybody.
 * @param services addresses of the sites that belong to this one.
 * @returns undefined when it is none, or on a site that is not ours.
 */
export function returnAddress(wanted: string | null, services: readonly string[]): string | undefined {
  if (wanted === null || !URL.canParse(wanted)) return undefined;
  const url = new URL(wanted);
  return services.some((service) => new URL(service).origin === url.origin) ? url.href : undefined;
}

/** Goes to where `wanted` says: a path of this site, or a page of an old site of ours; otherwise to the beginning. */
export function useGoBack(wanted: string | null): () => void {
  const [, navigate] = useLocation();
  return useCallback(() => {
    run(async () => {
      if (wanted === null || !/^https?:/.test(wanted)) return navigate(returnPath(wanted), { replace: true });
      const { services } = await call(sessionsEndpoints.check);
      const urls = services.map(({ url }) => url);
      const address = returnAddress(wanted, urls);
      if (address === undefined) navigate('/', { replace: true });
      else location.replace(address);
    }, 'going back');
  }, [wanted, navigate]);
}
