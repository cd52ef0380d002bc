/** Scrolling of a list that grows at both ends: it follows the newest only for who is there. */
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';

/** So near to the end counts as at the end: less than a line of text. Pixels. */
const nearEnd = 40;

export interface Stick {
  readonly ref: RefObject<HTMLDivElement | null>;
  readonly atEnd: boolean;
  readonly toEnd: () => void;
  readonly onScroll: () => void;
}

/** @param first what stands first: when it changes, what is read stays where it is on screen. */
export function useStick(first: string | undefined): Stick {
  const ref = useRef<HTMLDivElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  const following = useRef(true);
  const height = useRef(0);
  const shownFirst = useRef(first);

  const toEnd = useCallback(() => {
    const list = ref.current;
    if (list === null) return;
    list.scrollTop = list.scrollHeight;
    following.current = true;
    setAtEnd(true);
  }, []);

  const onScroll = useCallback(() => {
    const list = ref.current;
    if (list === null) return;
    following.current = list.scrollHeight - list.scrollTop - list.clientHeight <= nearEnd;
    setAtEnd(following.current);
  }, []);

  // Whatever was drawn may have changed the list's height, so this looks after every drawing.
  useLayoutEffect(() => {
    const list = ref.current;
    if (list === null) return;
    if (following.current) list.scrollTop = list.scrollHeight;
    else if (shownFirst.current !== first) list.scrollTop += list.scrollHeight - height.current;
    shownFirst.current = first;
    height.current = list.scrollHeight;
  });

  useEffect(() => {
    const list = ref.current;
    if (list === null) return undefined;
    // The keyboard of a phone makes the list shorter; its end stays in view.
    const observer = new ResizeObserver(() => {
      if (following.current) list.scrollTop = list.scrollHeight;
    });
    observer.observe(list);
    return () => observer.disconnect();
  }, []);

  return { ref, atEnd, toEnd, onScroll };
}
