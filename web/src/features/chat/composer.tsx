/** Where a message is written. Enter sends, Shift and Enter begin a new line. */
import { chatLimits } from '@slipmat/contract/chat';
import { type KeyboardEvent, useId } from 'react';
import { goToRead } from '../../api/to-read.ts';
import { Button } from '../../ui/button.tsx';
import { ButtonLink } from '../../ui/link.tsx';
import { useLocation } from '../../ui/location.ts';
import { signInPath } from '../sessions/state.ts';
import type { Room } from './room.ts';
import { cleanText } from './room.ts';
import type { Standing } from './standing.ts';
import { sayStanding } from './words.ts';

interface ComposerProps {
  readonly room: Room;
  readonly draft: string;
  readonly standing: Standing;
  readonly now: number;
  readonly onSent: () => void;
}

/** The counter appears when so few characters are left. */
const counterFrom = 100;

export function Composer({ room, draft, standing, now, onSent }: ComposerProps) {
  const id = useId();
  const words = sayStanding(standing, now);
  const left = chatLimits.textLength - cleanText(draft).length;
  const canSend = standing.name === 'may-write' && left >= 0 && cleanText(draft) !== '';
  const send = (): void => {
    if (!canSend) return;
    room.say();
    onSent();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // Enter that ends the choice of a character in an input method does not send.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  // Whoever has something typed keeps it in view, whatever happened to their right to send it.
  const shows =
    standing.name === 'may-write' || standing.name === 'slow' || standing.name === 'loading' || draft !== '';
  return (
    <form
      className="border-t border-line p-2 sm:p-3"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div role="status">
        {words !== undefined && standing.name !== 'loading' && <Obstacle words={words} of={standing.name} />}
      </div>
      {shows && (
        <div className="flex items-end gap-2">
          <label htmlFor={id} className="sr-only">
            Write a message
          </label>
          <textarea
            id={id}
            value={draft}
            rows={1}
            placeholder="Write a message"
            enterKeyHint="send"
            disabled={standing.name === 'loading'}
            aria-describedby={`${id}-left`}
            aria-invalid={left < 0 || undefined}
            onChange={(event) => room.setDraft(event.target.value)}
            onKeyDown={onKeyDown}
            className="field-sizing-content max-h-32 min-h-11 w-full flex-1 resize-none rounded-2xl border border-edge bg-sunken px-4 py-2.5 leading-snug placeholder:text-quiet aria-invalid:border-danger"
          />
          <Button type="submit" variant="primary" small disabled={!canSend} className="min-h-11!">
            Send
          </Button>
        </div>
      )}
      <p
        id={`${id}-left`}
        aria-live="polite"
        className="pt-1 pr-1 text-right text-xs text-quiet empty:hidden"
      >
        {left <= counterFrom && leftWords(left)}
      </p>
    </form>
  );
}

function leftWords(left: number): string {
  return left < 0 ? `${-left} characters too many` : `${left} characters left`;
}

interface ObstacleProps {
  readonly words: string;
  readonly of: Standing['name'];
}

function Obstacle({ words, of }: ObstacleProps) {
  const [path] = useLocation();
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-1 py-1 text-sm text-quiet">
      <p className="tabular-nums">{words}</p>
      {of === 'must-read' && (
        <Button small variant="primary" onClick={goToRead}>
          Read it
        </Button>
      )}
      {of === 'sign-in' && (
        <ButtonLink to={signInPath(path)} small variant="primary">
          Sign in
        </ButtonLink>
      )}
    </div>
  );
}
