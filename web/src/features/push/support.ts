/** What this browser can do about push. */

export type PushSupport =
  /** Push can be switched on. */
  | 'yes'
  /** An iPhone or iPad: only sites on the home screen get push there (iOS 16.4). */
  | 'home-screen'
  | 'no';

interface Platform {
  readonly userAgent: string;
  /** Fingers that the screen tells apart; iPads call themselves Macs, which have none. */
  readonly maxTouchPoints: number;
  readonly hasPush: boolean;
}

export function supportOf({ userAgent, maxTouchPoints, hasPush }: Platform): PushSupport {
  if (hasPush) return 'yes';
  const isIos = /iPhone|iPad|iPod/.test(userAgent) || (/Macintosh/.test(userAgent) && maxTouchPoints > 1);
  return isIos ? 'home-screen' : 'no';
}

/** This browser. */
export function ownSupport(): PushSupport {
  const { userAgent, maxTouchPoints } = navigator;
  const hasPush = 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;
  return supportOf({ userAgent, maxTouchPoints, hasPush });
}
