/** A browser and system in words from a User-Agent, for people to recognise their own devices. */
import { readBrowser } from '#server/platform/browser.ts';

/** Such as "Firefox on Linux"; "Unknown device" when nothing is recognised. */
export function deviceLabel(userAgent: string): string {
  const { family, system } = readBrowser(userAgent);
  if (family === undefined) return system ?? 'Unknown device';
  return system === undefined ? family : `${family} on ${system}`;
}
