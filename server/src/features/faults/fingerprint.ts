/** What counts as the same fault. Pure. */
import { hash } from 'node:crypto';
import { normalFrame } from './frames.ts';
import type { FaultHit } from './hit.ts';

/** Frames that tell faults apart; deeper ones differ by how one got there. */
const tellingFrames = 3;

/**
 * One text for the same fault: kind, code, error, place and innermost own frames. Files of a page are bundles of many,
 * so its message counts too, as does that of an error without frames. What a security policy blocks is the same on
 * every page.
 */
export function fingerprintOf(hit: FaultHit): string {
  const frames = hit.frames.slice(0, tellingFrames).map(normalFrame);
  const message = frames.length === 0 || hit.kind === 'page' ? hit.message : '';
  const place = hit.kind === 'policy' ? '' : hit.place;
  const parts = [hit.kind, hit.code, hit.name, place, message, ...frames];
  return hash('sha256', JSON.stringify(parts), 'hex').slice(0, 32);
}
