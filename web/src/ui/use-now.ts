/** The time on screen. */
import { useEffect, useState } from 'react';

/**
 * The time, kept up while the component is there.
 * @param everyMs how often, at least 250; null takes the time once.
 */
export function useNow(everyMs: number | null): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (everyMs === null) return undefined;
    const timer = setInterval(() => setNow(Date.now()), Math.max(everyMs, 250));
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
