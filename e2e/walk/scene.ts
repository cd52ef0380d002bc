/**
 * A scene: somebody on a page, and what they do so that one call of the web part goes out. The walk plays it once for
 * each of the six ways in which the call can fail.
 */
import type { Endpoint, SocketMessage } from '@slipmat/contract/endpoint';
import type { Page } from 'playwright-core';
import type { WayName } from './ways.ts';
import type { World } from './world.ts';

/** Who sits in front of the browser. */
export type Who = 'nobody' | 'member' | 'dj' | 'owner';

interface Played {
  /** The calls of `calls.ts` that it is about: `<module>: <what is called>`. */
  readonly of: readonly string[];
  /** Tells it from another scene of the same call. */
  readonly title?: string;
  readonly as: Who;
  /** The page, opened before anything fails. */
  readonly at: (world: World) => string;
  /** Before the page is opened, at every way. */
  readonly before?: (page: Page, world: World) => Promise<void>;
  /** Gets the page ready, while everything still works. */
  readonly ready?: (page: Page, world: World) => Promise<void>;
  /**
   * Makes the call go out. Without it, opening the page does. Without `fresh` it is done six times on the same page,
   * which must go on working.
   */
  readonly act?: (page: Page, world: World) => Promise<void>;
  /** What the page says of the failure, where it knows better words than the problem's own. */
  readonly says?: (way: WayName) => string | undefined;
  /** The page is opened anew for each way, since one failure changes it. */
  readonly fresh?: boolean;
}

/** A request of HTTP that fails. */
export interface HttpScene extends Played {
  readonly fails: Pick<Endpoint, 'method' | 'path'>;
}

/** A message over the socket that fails. */
export interface SocketScene extends Played {
  readonly message: SocketMessage;
  /** Only messages whose body has this, such as the topic. */
  readonly body?: (world: World) => Readonly<Record<string, unknown>>;
  /**
   * What is on the page all the same, for what is also asked for over HTTP; or the line that tells of the connection
   * as a whole. Undefined: the problem itself must be told.
   */
  readonly instead?: (way: WayName) => ((page: Page, world: World) => Promise<void>) | undefined;
}

/** Code that is loaded when it is wanted, and does not come. */
export interface CodeScene extends Played {
  /** Only files with such a name; true: whatever is not loaded yet. */
  readonly code: true | RegExp;
}

export type Scene = HttpScene | SocketScene | CodeScene;

/** The scenes of a feature. */
export type Scenes = readonly Scene[];
