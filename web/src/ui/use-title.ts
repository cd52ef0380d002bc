import { useEffect } from 'react';

let shown = 'Slipmat';
let count = 0;

function write(): void {
  document.title = count === 0 ? shown : `(${count}) ${shown}`;
}

/** Names the window after the page. */
export function useTitle(title: string): void {
  useEffect(() => {
    shown = title === 'Slipmat' ? title : `${title} · Slipmat`;
    write();
  }, [title]);
}

/** Puts a number before the name of the window; 0 takes it away. */
export function countInTitle(next: number): void {
  count = next;
  write();
}
