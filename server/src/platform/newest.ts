/**
 * Keeps what was asked for last. Of reads that overlap, one that began earlier and ends later would otherwise put the old
 * state back.
 */
export function createNewest() {
  let asked = 0;
  let kept = 0;
  return {
    /** Reads, and gives the value to `keep` unless a read that began later has ended already. */
    async load<T>(read: () => Promise<T>, keep: (value: T) => void): Promise<void> {
      asked += 1;
      const turn = asked;
      const value = await read();
      if (turn < kept) return;
      kept = turn;
      keep(value);
    },
  };
}
