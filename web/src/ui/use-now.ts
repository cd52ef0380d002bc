/** The time on screen. */
import { useEffect, useState } from 'react';

/**
 * The time, kept up while the component is there.
 * @param everyMs how often, at least 250; null takes the time once. When it changes, the time is taken at once,
 * so that nothing is drawn with the time at which the last counting stopped.
 */
export function useNow(everyMs: number | null): number {
  const [taken, setTaken] = useState(() => ({ everyMs, now: Date.now() }));
  useEffect(() => {
    if (everyMs === null) return undefined;
    const timer = setInterval(() => setTaken({ everyMs, now: Date.now() }), Math.max(everyMs, 250));
    return () => clearInterval(timer);
  }, [everyMs]);
  if (taken.everyMs === everyMs) return taken.now;
  const fresh = { everyMs, now: Date.now() };
  setTaken(fresh);
  return fresh.now;
}
