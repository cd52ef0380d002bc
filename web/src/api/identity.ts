/**
 * Whether every answer was given to the same session. Each answer names its session by a short public hash
 * (the header `slipmat-session`, and `hello` on the socket).
 *
 * A session that changes is no conflict yet: somebody signed in or out in another tab, or it ran out. The page
 * then asks everything again. When a session comes back that had already been left, two answers at the same
 * time name different people: parts of the site disagree.
 */

/** What answers name when nobody is signed in. */
export const noSession = 'none';
/** What answers name when the browser is signed in to several accounts: then nobody is right, and anybody after. */
export const manySessions = 'conflict';

export interface IdentityWatch {
  /**
   * Call when a request starts; call what it gives back with the session that the answer names. Answers to
   * requests that began before a change are not compared.
   */
  begin(): (session: string) => void;
  /** Call before and after signing in, up or out: whatever is named next is right. */
  reset(): void;
}

export interface IdentityEvents {
  /** The session changed without this page's doing. */
  changed(): void;
  /** Answers disagree about who is asking; told once until `reset`. */
  split(): void;
}

/** Sessions remembered since the last reset; a person does not sign in more often under one open page. */
const keptSessions = 50;

/** Makes a watch that compares what answers say. */
export function createIdentityWatch(events: IdentityEvents): IdentityWatch {
  let generation = 0;
  let current: string | undefined;
  let left: string[] = [];
  let told = false;

  function saw(session: string): void {
    if (current === undefined) current = session;
    if (session === current) return;
    if (session !== noSession && left.includes(session)) {
      if (told) return;
      told = true;
      events.split();
      return;
    }
    left = [session, current].includes(manySessions) ? [] : [...left, current].slice(-keptSessions);
    current = session;
    generation += 1;
    events.changed();
  }

  return {
    begin() {
      const begun = generation;
      return (session) => {
        if (begun === generation) saw(session);
      };
    },
    reset() {
      generation += 1;
      current = undefined;
      left = [];
      told = false;
    },
  };
}
