/** Stack frames of own files, without what changes from build to build or from machine to machine. Pure. */
import { faultLimits } from '@slipmat/contract/faults';

/** Longer stacks are cut before they are read. */
const stackLength = 10_000;
/** V8: "    at async Chat.say (file:///srv/slipmat/server/src/features/chat/index.ts:12:7)". */
const serverFrame =
  /^\s+at (?:async )?(?:(.+?) \()?(?:file:\/\/)?[^()]*?\/((?:server|contract)\/src\/[\w./-]+\.ts):\d+(?::\d+)?\)?$/;
/** "name assets/pages-Bx1_y-2.js:1:2345", as pages send it. */
const pageFrame = /^(?:([\w$.<> ]{1,60}) )?(assets\/[\w.-]+\.js|src\/[\w./-]+\.tsx?):(\d{1,7}):(\d{1,7})$/;
/** Of Vite: eight characters before the ending. */
const buildHash = /-[\w-]{8}(?=\.js$)/;

/** The frames of an error of the server, innermost first, such as "say server/src/features/chat/index.ts". */
export function serverFrames(stack: string | undefined): string[] {
  if (stack === undefined) return [];
  return stack
    .slice(0, stackLength)
    .split('\n')
    .flatMap((line) => {
      const [, name, file] = serverFrame.exec(line) ?? [];
      if (file === undefined || file.includes('node_modules')) return [];
      return [`${(name ?? '').replace(/^(?:Object|Module|process)\./, '')} ${file}`.trim()];
    })
    .map((frame) => frame.slice(0, faultLimits.frameLength))
    .slice(0, faultLimits.frames);
}

/** Those of a page that are of own files; anything else that was sent as a frame is dropped. */
export function pageFrames(frames: readonly string[]): string[] {
  return frames.filter((frame) => pageFrame.test(frame)).slice(0, faultLimits.frames);
}

/** The shortest function name that is not the work of a minifier, which gives each build other ones. */
const ownName = 3;

/** A frame as it is in every build: no hash in the file's name, no line, no minified function. */
export function normalFrame(frame: string): string {
  const match = pageFrame.exec(frame);
  if (match === null) return frame;
  const [, name = '', file = ''] = match;
  return `${name.length >= ownName ? name : ''} ${file.replace(buildHash, '')}`.trim();
}
