/** What has to be confirmed before the reader's next act, as the part that follows notifications tells it. */

/** The element that shows it, on every page while there is something. */
export const toReadId = 'to-read';

let waiting = 0;
const listeners = new Set<() => void>();

/** How many there are; 0 also while that is not known. */
export const toRead = {
  count: (): number => waiting,
  set(count: number): void {
    waiting = count;
    for (const listener of listeners) listener();
  },
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

/** Takes the reader there; false when nothing of it is on screen. */
export function goToRead(): boolean {
  const place = document.getElementById(toReadId);
  place?.focus();
  return place !== null;
}
