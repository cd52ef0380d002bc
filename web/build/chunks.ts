/**
 * How the code is cut into files. What a first visit of the live page needs comes in few pieces, since small ones
 * compress badly: the libraries, which stay cached when only our own code changes; what the live page shares with
 * others. Everything else is cut by who imports it.
 */

const main = 'src/main.tsx';
/** What the live page loads by itself, without anybody doing anything (`routes.tsx`). */
export const livePages: readonly string[] = ['src/features/live/page.tsx', 'src/features/chat/panel.tsx'];
/** Those pages and the entry are files of their own: the first because others do not need them. */
const apart =
  /\/features\/(?:live|chat)\/|\/contract\/src\/chat\.ts$|\/web\/src\/[^/]+\.tsx?$|\/index\.html$/;
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

/**
 * What the other pages share, but for what brings a large library along and is loaded when it is needed, and what
 * the parts of every page need that come right after the live page.
 */
const ofPages = /\/web\/src\/(?:api|ui)\/|\/contract\/src\/|\/node_modules\/@tanstack\//;
const opensLater =
  /\/ui\/(?:menu|dialog|markdown|markdown-tree|safe-href|theme|theme-button)\.tsx?$|\/api\/use-either\.ts$|\/contract\/src\/(?:notifications|audiences)\.ts$/;

/**
 * Groups for Rolldown's `codeSplitting`; the first one that wants a module gets it, with all that it needs.
 * @param root the folder of the web part.
 */
export function chunkGroups(root: string) {
  let first: Set<string> | undefined;
  const isFirst = (id: string, modules: Modules): boolean => {
    // Modules are put into files when all are known, so once is enough.
    if (first === undefined) {
      first = new Set();
      for (const path of [main, ...livePages]) addNeeded(`${root}/${path}`, modules, first);
    }
    return first.has(id);
  };
  return [
    {
      priority: 2,
      name(id: string, modules: Modules): string | null {
        if (apart.test(id) || !isFirst(id, modules)) return null;
        return ofLibraries.test(id) ? 'libraries' : 'shared';
      },
    },
    {
      priority: 1,
      name: (id: string) => (ofPages.test(id) && !opensLater.test(id) && !apart.test(id) ? 'pages' : null),
    },
  ];
}
