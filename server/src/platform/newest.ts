/**
 * A read whose last beginning counts. Of several that overlap, one that began earlier and ends later would otherwise put
 * the old state back.
 * @param keep gets the value, unless a read that began later has ended already.
 * @returns reads once; rejects as `read` does.
 */
export function keepNewest<T>(read: () => Promise<T>, keep: (value: T) => void): () => Promise<void> {
  let asked = 0;
  let kept = 0;
  return async () => {
    asked += 1;
    const turn = asked;
    const value = await read();
    if (turn < kept) return;
    kept = turn;
    keep(value);
  };
}
