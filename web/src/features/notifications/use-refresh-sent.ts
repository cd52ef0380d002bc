/** After an act on what was sent. */
import { sendingEndpoints } from '@slipmat/contract/sending';
import { useQueryClient } from '@tanstack/react-query';
import { keyOf } from '../../api/queries.ts';
import { run } from '../../api/run.ts';

/** Asks again for everything that shows it. */
export function useRefreshSent(): () => void {
  const cache = useQueryClient();
  const stale = [sendingEndpoints.show, sendingEndpoints.list, sendingEndpoints.ledger];
  return () =>
    run(
      () => Promise.all(stale.map((endpoint) => cache.invalidateQueries({ queryKey: keyOf(endpoint) }))),
      'this notification',
    );
}
