/**
 * How the code is cut into files. What a first visit of the live page needs comes in few pieces, since small ones
 * compress badly: the libraries, which stay cached when only our own code changes; what the pages share; the live
 * page with its chat. Everything else is cut by who imports it.
 */

const main = '/src/main.tsx';
/** The pages that are loaded by themselves, without what they share with others. */
const livePages = ['/src/features/live/page.tsx', '/src/features/chat/panel.tsx'];
const ofLivePages = /\/features\/(?:live|chat)\/|\/contract\/src\/chat\.ts$/;
/** The entry is a file of its own, so that the build's manifest names it. */
const ofEntry = /\/web\/src\/[^/]+\.tsx?$|\/index\.html$/;
/** With zod comes its setting, so that it is set before any schema is made (`src/api/zod-config.ts`). */
const ofLibraries = /\/node_modules\/|\/api\/zod-config\.ts$/;

/** The part of Rolldown's view of the modules that is needed. */
interface Modules {
  getModuleInfo(id: string): { readonly importedIds: readonly string[] } | null;
}

/** Adds all modules that the given one needs before it runs, itself among them. */
function addNeeded(from: string, modules: Modules, found: Set<string>): void {
  if (found.has(from)) return;
  found.add(from);
  for (const id of modules.getModuleInfo(from)?.importedIds ?? []) addNeeded(id, modules, found);
}

/** Name of the group of a module that a first visit needs; null for the others. */
function groupOf(id: string): string | null {
  if (ofEntry.test(id)) return null;
  if (ofLibraries.test(id)) return 'libraries';
  return ofLivePages.test(id) ? 'live' : 'shared';
}

/**
 * Groups for Rolldown's `codeSplitting`.
 * @param root the folder of the web part.
 */
export function firstLoadGroups(root: string) {
  let first: Set<string> | undefined;
  return [
    {
      name(id: string, modules: Modules): string | null {
        // Modules are put into files when all are known, so once is enough.
        if (first === undefined) {
          first = new Set();
          for (const path of [main, ...livePages]) addNeeded(root + path, modules, first);
        }
        return first.has(id) ? groupOf(id) : null;
      },
    },
  ];
}
