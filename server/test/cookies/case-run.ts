/** What a case that runs over HTTP is, and the ways in which a mechanism is switched off to see it fail. */
import type { Owner } from '../services/daemon.ts';
import type { Order } from './jar.ts';
import { type Hop, onCookieLines } from './network.ts';
import { hostCookie, type Stage, type StageOptions, sharedCookie } from './stage.ts';

/** A stage on which one mechanism does not work: the case must not hold there. */
export interface Off {
  /** Ends the sentence "does not hold when …". */
  readonly what: string;
  /** What the case then says: it is to fail for this and not for anything else. */
  readonly says: RegExp;
  /** Made anew for each run: hops may remember what passed them. */
  readonly options: () => StageOptions;
}

export interface CaseRun {
  readonly number: number;
  /** Orders of cookies that could make a difference. */
  readonly orders: readonly Order[];
  /** Why it cannot run on this machine. */
  readonly skip?: string | false;
  /** What the case always needs; it stops with the owner. */
  readonly options?: (owner: Owner) => StageOptions | Promise<StageOptions>;
  /** Throws an AssertionError where something that must hold does not. */
  run(stage: Stage): Promise<void>;
  readonly off: readonly Off[];
}

/** The kinds' own order. */
export const anyOrder: readonly Order[] = ['spec'];

function isOurs(pair: string): boolean {
  return /^__(?:Host|Secure)-slipmat/.test(pair);
}

/** A server that reads one session cookie by its place. */
export function readsOnlyThe(pick: 'first' | 'last'): Hop {
  return {
    request(headers) {
      const { cookie, ...others } = headers;
      if (cookie === undefined) return headers;
      const pairs = cookie.split('; ');
      const ours = pairs.filter(isOurs);
      const read = pick === 'first' ? ours.slice(0, 1) : ours.slice(-1);
      return { ...others, cookie: [...pairs.filter((pair) => !isOurs(pair)), ...read].join('; ') };
    },
  };
}

export function isExpiry(line: string): boolean {
  return /; Max-Age=0(?:;|$)/.test(line);
}

/** A server that takes no cookie away. */
export function expiresNothing(): Hop {
  return onCookieLines((lines) => lines.filter((line) => !isExpiry(line)));
}

/** A server that takes the old cookie away together with giving the new one. */
export function endsTheOldAtOnce(): Hop {
  return onCookieLines((lines) => {
    const isGiven = lines.some((line) => line.startsWith(`${sharedCookie}=v1`));
    return isGiven ? [`${hostCookie}=; Max-Age=0; Path=/; Secure; HttpOnly`, ...lines] : lines;
  });
}

/** A server that gives every racing request a successor of its own. */
export function givesManySuccessors(): Hop {
  let given = 0;
  return onCookieLines((lines) =>
    lines.map((line) => {
      given += 1;
      return line.replace(/=v1\.(.)/, `=v1.${given % 10}`);
    }),
  );
}
