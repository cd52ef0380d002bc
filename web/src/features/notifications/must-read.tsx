/** What must be read, on every page until it is confirmed. It stops nobody from listening. */
import type { NotificationItem } from '@slipmat/contract/notifications';
import type { Problem } from '@slipmat/contract/problems';
import { type FocusEvent, useRef, useState } from 'react';
import { problemCentre } from '../../api/problem-centre.ts';
import { run } from '../../api/run.ts';
import { toReadId } from '../../api/to-read.ts';
import { Button } from '../../ui/button.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Announced } from './announced.tsx';
import { MustReadFace } from './must-read-face.tsx';
import { MustReadText } from './must-read-text.tsx';
import { inbox } from './page-inbox.ts';
import { useSeen } from './use-seen.ts';
import { arrivalWords } from './words.ts';

interface MustReadProps {
  readonly item: NotificationItem;
  /** How many wait, this one among them. */
  readonly count: number;
}

/** Confirming, and what went wrong with it. */
function useConfirm(item: NotificationItem, goOn: () => void) {
  const { id } = item.notification;
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<{ readonly id: string; readonly problem: Problem }>();
  const confirm = async (): Promise<void> => {
    setBusy(true);
    setFailure(undefined);
    try {
      await inbox.confirm(item);
      goOn();
    } catch (cause) {
      setFailure({ id, problem: problemCentre.report(cause, 'confirming a message', { shown: true }) });
    } finally {
      setBusy(false);
    }
  };
  return {
    busy,
    problem: failure?.id === id ? failure.problem : undefined,
    start: () => run(confirm, 'confirming a message'),
  };
}

/** Where readers of the screen and keyboards go on when the panel is gone: where they came from, or the page. */
function useWayBack() {
  const panel = useRef<HTMLElement>(null);
  const cameFrom = useRef<Element>(null);
  return {
    panel,
    onFocus(event: FocusEvent): void {
      const before = event.relatedTarget;
      if (before instanceof Element && panel.current?.contains(before) === false) cameFrom.current = before;
    },
    /** The next one, should there be one, stands in the same place. */
    goOn(): void {
      requestAnimationFrame(() => {
        const next = document.getElementById(toReadId);
        const back = cameFrom.current;
        if (next !== null) next.focus();
        else if (back instanceof HTMLElement && back.isConnected) back.focus();
        else document.getElementById('main')?.focus({ preventScroll: true });
      });
    },
  };
}

export function MustRead({ item, count }: MustReadProps) {
  const { notification, reading } = item;
  const { id, version } = notification;
  const { panel, onFocus, goOn } = useWayBack();
  const { busy, problem, start } = useConfirm(item, goOn);
  const seen = useSeen(item);
  const isChanged = reading.confirmedBeforeAt !== null;
  return (
    <section
      ref={panel}
      id={toReadId}
      tabIndex={-1}
      aria-labelledby={`${toReadId}-title`}
      onFocus={onFocus}
      className="border-b border-lamp bg-glow px-3 py-3 sm:px-6"
    >
      <Announced key={`${id} ${String(version)}`} words={arrivalWords(notification, isChanged)} urgent />
      <MustReadFace
        notification={notification}
        count={count}
        isChanged={isChanged}
        titleRef={seen}
        titleId={`${toReadId}-title`}
        level={2}
        beside
        actions={
          <>
            {problem !== undefined && <ProblemNotice problem={problem} className="lg:max-w-md" />}
            <Button variant="primary" busy={busy} onClick={start} className="self-start lg:self-end">
              I have read this
            </Button>
          </>
        }
      >
        <MustReadText key={`${id} ${String(version)}`} item={item} />
      </MustReadFace>
    </section>
  );
}
