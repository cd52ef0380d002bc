/** The space bar plays and stops while no control has the focus. */
import { useEffect } from 'react';

/** True for the page itself: controls and lists that scroll need their own space bar. */
function nothingFocused(): boolean {
  const focused = document.activeElement;
  return focused === null || focused === document.body || focused.id === 'main';
}

/** @param press what the big button does. */
export function useSpaceKey(press: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const plain = !event.repeat && !event.ctrlKey && !event.altKey && !event.metaKey && !event.shiftKey;
      if (event.key !== ' ' || !plain || !nothingFocused()) return;
      event.preventDefault();
      press();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [press]);
}
