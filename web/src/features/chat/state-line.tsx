/** The chat's own line about its connection, with what the reader can do. */

import { realtime } from '../../api/socket.ts';
import { useConnection } from '../../api/use-topic.ts';
import { Button } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { ButtonLink } from '../../ui/link.tsx';
import { useLocation } from '../../ui/location.ts';
import { useNow } from '../../ui/use-now.ts';
import { signInPath } from '../sessions/state.ts';
import { type ChatSaying, sayConnection } from './words.ts';

const dots: Readonly<Record<ChatSaying['tone'], string>> = {
  good: 'bg-good',
  wait: 'bg-lamp animate-pulse',
  bad: 'bg-danger',
};

export function StateLine({ readOnly }: { readonly readOnly: boolean }) {
  const connection = useConnection();
  const now = useNow(connection.state === 'waiting' ? 500 : null);
  const { text, tone, act } = sayConnection(connection, now);
  return (
    <div className="flex min-h-6 flex-wrap items-center gap-x-3 gap-y-1 text-sm text-quiet">
      <p role="status" className="flex items-center gap-2 tabular-nums">
        <span aria-hidden="true" className={classes('size-2 shrink-0 rounded-full', dots[tone])} />
        <span>
          {text}
          {readOnly && tone === 'good' && ', read-only'}
        </span>
      </p>
      <LineAct act={act} />
    </div>
  );
}

function LineAct({ act }: { readonly act: ChatSaying['act'] }) {
  const [path] = useLocation();
  switch (act) {
    case 'retry':
      return (
        <Button small onClick={() => realtime.nudge()}>
          Try now
        </Button>
      );
    case 'reload':
      return (
        <Button small onClick={() => location.reload()}>
          Reload the page
        </Button>
      );
    case 'sign-in':
      return (
        <ButtonLink small to={signInPath(path)}>
          Sign in
        </ButtonLink>
      );
    default:
      return null;
  }
}
