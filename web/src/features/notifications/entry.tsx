/** A notification in a list. */
import type { NotificationItem } from '@slipmat/contract/notifications';
import { useState } from 'react';
import { run } from '../../api/run.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Markdown } from '../../ui/markdown.tsx';
import { GoLink } from './go-link.tsx';
import { inbox } from './page-inbox.ts';
import { Sender } from './sender.tsx';
import { isOpenIncident } from './shown.ts';
import { useSeen } from './use-seen.ts';
import { readingWords } from './words.ts';

interface EntryProps {
  readonly item: NotificationItem;
  /** Of its heading. */
  readonly level: 2 | 3;
  /** True for one that ended, which can only be read. */
  readonly over?: boolean;
}

export function Entry({ item, level, over = false }: EntryProps) {
  const { notification, reading } = item;
  const { kind, title, text, link, incident } = notification;
  const seen = useSeen(item);
  const [busy, setBusy] = useState(false);
  const Heading = level === 2 ? 'h2' : 'h3';
  const dismiss = async (): Promise<void> => {
    setBusy(true);
    try {
      await inbox.dismiss(item);
    } finally {
      setBusy(false);
    }
  };
  const words = over ? undefined : readingWords(kind, reading);
  const mayDismiss = !over && kind === 'normal' && reading.dismissedAt === null && !isOpenIncident(item);
  return (
    <li className="flex flex-col gap-2 px-2 py-4">
      <div className="flex flex-wrap items-center gap-2">
        {kind === 'must-read' && (
          <Badge tone={reading.confirmedAt === null ? 'lamp' : 'plain'}>Must read</Badge>
        )}
        {incident !== null && <Badge tone="danger">INC-{incident}</Badge>}
        {over && <Badge>Over</Badge>}
      </div>
      <Heading ref={seen} className="text-base wrap-anywhere">
        {title}
      </Heading>
      <Sender notification={notification} />
      {text !== '' && <Markdown text={text} level={level === 2 ? 3 : 4} />}
      {link !== null && <GoLink to={link} />}
      {(words !== undefined || mayDismiss) && (
        <div className="flex min-h-9 flex-wrap items-center justify-between gap-3 text-sm text-quiet">
          <span>{words}</span>
          {mayDismiss && (
            <Button small busy={busy} onClick={() => run(dismiss, 'putting a notification away')}>
              Put away
            </Button>
          )}
        </div>
      )}
    </li>
  );
}
