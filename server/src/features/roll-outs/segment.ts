/** Kinds of browsers that are counted together, as they are stored. */
import { Segment } from '@slipmat/contract/roll-outs';
import { readBrowser } from '#server/platform/browser.ts';

/** What is not recognised is counted together, so that nobody can make up kinds of browsers. */
const other = 'Other';

/** Digits of a major version; longer ones are inventions, and would each be a kind of their own. */
const versionDigits = 3;

/** Of browsers that say nothing that is known. */
export const unknownSegment: Segment = { family: other, version: '', system: other, webView: false };

/** @param userAgent the header as sent. */
export function segmentOf(userAgent: string): Segment {
  const { family, version, system, webView } = readBrowser(userAgent);
  return {
    family: family ?? other,
    version: version.length <= versionDigits ? version : '',
    system: system ?? other,
    webView,
  };
}

/** One text for each segment, always the same. */
export function encodeSegment({ family, version, system, webView }: Segment): string {
  return JSON.stringify({ family, version, system, webView });
}

export function decodeSegment(text: string): Segment {
  return Segment.parse(JSON.parse(text));
}

/** Such as "Safari 26 on iPhone". */
export function nameSegment({ family, version, system }: Segment): string {
  return `${family}${version === '' ? '' : ` ${version}`} on ${system}`;
}
