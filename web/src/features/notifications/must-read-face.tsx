/** How what must be read looks, on every page and in the composer's preview. */
import type { Notification } from '@slipmat/contract/notifications';
import type { ReactNode, Ref } from 'react';
import { Badge } from '../../ui/badge.tsx';
import { classes } from '../../ui/classes.ts';
import { Sender } from './sender.tsx';

interface MustReadFaceProps {
  readonly notification: Pick<Notification, 'title' | 'from' | 'sentAt' | 'changedAt' | 'incident'>;
  /** How many wait, this one among them. */
  readonly count: number;
  /** True: the reader confirmed an earlier version. */
  readonly isChanged: boolean;
  readonly titleRef?: Ref<HTMLHeadingElement>;
  readonly titleId?: string;
  /** Of its heading. */
  readonly level: 2 | 3;
  /** True: beside the words on wide screens. */
  readonly beside: boolean;
  readonly children: ReactNode;
  readonly actions: ReactNode;
}

export function MustReadFace(props: MustReadFaceProps) {
  const { notification, count, isChanged, titleRef, titleId, level, beside, children, actions } = props;
  const Heading = level === 2 ? 'h2' : 'h3';
  return (
    <div
      className={classes(
        'mx-auto flex max-w-7xl flex-col gap-2',
        beside && 'lg:flex-row lg:items-end lg:gap-8',
      )}
    >
      <div className="flex min-w-0 flex-1 flex-col gap-1.5">
        <p className="flex flex-wrap items-center gap-2 text-sm">
          <Badge tone="lamp">Must read</Badge>
          {notification.incident !== null && <Badge tone="danger">INC-{notification.incident}</Badge>}
          {count > 1 && <span className="text-quiet">1 of {count}</span>}
          {isChanged && <strong className="font-semibold">Changed since you confirmed it</strong>}
        </p>
        <Heading ref={titleRef} id={titleId} className="text-lg wrap-anywhere">
          {notification.title}
        </Heading>
        <Sender notification={notification} />
        {children}
      </div>
      <div className={classes('flex flex-col gap-2', beside && 'lg:items-end')}>{actions}</div>
    </div>
  );
}
