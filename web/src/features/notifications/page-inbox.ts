/** The inbox of this page, which every part that shows notifications looks at. */
import { notificationsEndpoints } from '@slipmat/contract/notifications';
import { useSyncExternalStore } from 'react';
import { createAsking } from '../../api/asking.ts';
import { call } from '../../api/client.ts';
import { systemClock } from '../../api/clock.ts';
import { problemCentre } from '../../api/problem-centre.ts';
import { realtime } from '../../api/socket.ts';
import { createInbox, type InboxView } from './inbox.ts';
import { createMemory } from './memory.ts';

export const inbox = createInbox({
  realtime,
  asking: createAsking({ ask: () => call(notificationsEndpoints.show), where: 'your notifications' }),
  see: (ids) => call(notificationsEndpoints.see, { body: { ids } }),
  dismiss: (id) => call(notificationsEndpoints.dismiss, { params: { id } }),
  confirm: (id, version) => call(notificationsEndpoints.confirm, { params: { id }, body: { version } }),
  memory: createMemory({ storage: () => localStorage, page: window }),
  clock: systemClock,
  random: Math.random,
  report: problemCentre.report,
});

/** What is in it. */
export function useInbox(): InboxView {
  return useSyncExternalStore(inbox.subscribe, inbox.view);
}
