/** What the system shows about the sound: lock screen, headset buttons, media keys. */
import { useEffect } from 'react';

export interface Shown {
  readonly title: string;
  readonly artist: string;
  /** The event. */
  readonly album: string;
  readonly posterUrl: string | null;
}

/**
 * Tells the system what plays, and lets it play and stop.
 * @param active true while sound is wanted; otherwise the system shows nothing of this page.
 */
export function useMediaSession(active: boolean, shown: Shown, press: () => void): void {
  const { title, artist, album, posterUrl } = shown;
  useEffect(() => {
    if (!('mediaSession' in navigator) || !active) return undefined;
    navigator.mediaSession.metadata = new MediaMetadata({
      title,
      artist,
      album,
      ...(posterUrl === null ? {} : { artwork: [{ src: posterUrl }] }),
    });
    return () => {
      navigator.mediaSession.metadata = null;
    };
  }, [active, title, artist, album, posterUrl]);
  useEffect(() => {
    if (!('mediaSession' in navigator)) return undefined;
    const session = navigator.mediaSession;
    session.playbackState = active ? 'playing' : 'paused';
    const acts = active ? (['pause', 'stop'] as const) : (['play'] as const);
    for (const act of acts) session.setActionHandler(act, press);
    return () => {
      for (const act of acts) session.setActionHandler(act, null);
    };
  }, [active, press]);
}
