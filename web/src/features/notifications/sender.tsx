/** Who sent it, and when. */
import type { Notification } from '@slipmat/contract/notifications';
import { Time } from '../../ui/time.tsx';
import { fromWords } from './words.ts';

type Sent = Pick<Notification, 'from' | 'sentAt' | 'changedAt'>;

export function Sender({ notification }: { readonly notification: Sent }) {
  const { from, sentAt, changedAt } = notification;
  return (
    <p className="text-sm text-quiet">
      {fromWords(from)} · <Time at={sentAt} />
      {changedAt !== null && (
        <>
          , changed <Time at={changedAt} as="relative" />
        </>
      )}
    </p>
  );
}
