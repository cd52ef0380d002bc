/**
 * The map of the repository: which part a file belongs to, which parts it may import, and where an import leads.
 * Written as data, so that a new feature needs no line here.
 */

/** A part of the repository with import rules of its own. Features carry their name: `feature:chat`, `web-feature:chat`. */
export type Zone = string;

/** First match wins; `$1` is the first group of the pattern. */
const ZONES: readonly (readonly [RegExp, Zone])[] = [
  [/^contract\/src\//, 'contract'],
  [/^server\/src\/(?:main|cli|demo)\.ts$/, 'program'],
  [/^server\/src\/demo\//, 'program'],
  [/^server\/src\/cli\//, 'program'],
  [/^server\/src\/(config)\//, '$1'],
  [/^server\/src\/administration\//, 'app'],
  [/^server\/src\/(config|deps)(?:\.test)?\.ts$/, '$1'],
  // The composition root, a file each for what is made, shown, moved by time and done by hand.
  [
    /^server\/src\/(?:app|house|identity|own-notices|mounts|ticks|administration|doctor)(?:\.test)?\.ts$/,
    'app',
  ],
  [/^server\/src\/(http|realtime|db|platform)\//, '$1'],
  [/^server\/src\/features\/([^/]+)\//, 'feature:$1'],
  [/^server\/test\//, 'server-test'],
  [/^web\/src\/(api|ui|styles)\//, 'web-$1'],
  // The addresses of the pages, which everything that links to a page knows.
  [/^web\/src\/(?:staff-)?(paths)(?:\.test)?\.ts$/, 'web-$1'],
  [/^web\/src\/features\/([^/]+)\//, 'web-feature:$1'],
  [/^web\//, 'web-root'],
  [/^(e2e|bench|tools|old-site)\//, '$1'],
];

/** What each part may import besides itself. `feature` and `web-feature` stand for every feature. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  contract: [],
  program: ['contract', 'config', 'deps', 'app'],
  config: ['contract', 'platform'],
  deps: ['contract', 'config', 'http', 'realtime', 'db', 'platform'],
  app: ['contract', 'config', 'deps', 'http', 'realtime', 'db', 'platform', 'feature'],
  http: ['contract', 'db', 'platform'],
  // A socket begins as a request: its handshake passes the same guards. Never the other way round.
  realtime: ['contract', 'http', 'db', 'platform'],
  db: ['contract', 'platform'],
  platform: ['contract'],
  feature: ['contract', 'http', 'realtime', 'db', 'platform'],
  'server-test': [
    'contract',
    'program',
    'config',
    'deps',
    'app',
    'http',
    'realtime',
    'db',
    'platform',
    'feature',
  ],
  // Downwards: features, ui (which shows what api reports), api, contract.
  'web-api': ['contract'],
  'web-ui': ['contract', 'web-api', 'web-paths', 'web-styles'],
  'web-paths': ['contract'],
  'web-styles': [],
  'web-feature': ['contract', 'web-api', 'web-ui', 'web-paths', 'web-styles'],
  'web-root': ['contract', 'web-api', 'web-ui', 'web-paths', 'web-styles', 'web-feature'],
  // The harness that starts servers, databases and people belongs to the server's tests and serves these too.
  e2e: ['contract', 'config', 'deps', 'app', 'server-test'],
  bench: ['contract', 'config', 'deps', 'app', 'server-test'],
  tools: ['contract', 'config', 'deps', 'app'],
  'old-site': [],
};

/** Single files that others may reach although the parts may not: `[importing file, imported file, only types]`. */
const OPENINGS: readonly (readonly [RegExp, RegExp, boolean])[] = [
  // The whole schema is the union of the table types of those who own the tables.
  [/^server\/src\/db\/schema\.ts$/, /^server\/src\/(?:features\/[^/]+|realtime)\/tables\.ts$/, true],
  // Migrations may live beside the tables they change; they run in one order.
  [
    /^server\/src\/db\/migrations\/index\.ts$/,
    /^server\/src\/(?:features\/[^/]+|realtime)\/migrations(?:\.ts|\/)/,
    false,
  ],
  // A page of the documentation is made from the rules themselves.
  [/^tools\/pages\/csrf-page\.ts$/, /^server\/src\/http\/origin-guard\.ts$/, false],
  // Who is signed in concerns every feature of the web part.
  [/^web\/src\/features\//, /^web\/src\/features\/sessions\/state\.tsx?$/, false],
];

/** The part a file belongs to; undefined for files without rules. */
export function zoneOf(path: string): Zone | undefined {
  for (const [pattern, zone] of ZONES) {
    const match = pattern.exec(path);
    if (match) return zone.replace('$1', match[1] ?? '');
  }
  return undefined;
}

/** Whether the rules let `from` import `to`. Tests may also use the harness in server/test. */
export function mayImport(from: string, to: string, typeOnly: boolean): boolean {
  const source = zoneOf(from);
  const target = zoneOf(to);
  if (source === undefined || target === undefined || source === target) return true;
  if (/\.test\.ts$/.test(from) && target === 'server-test' && from.startsWith('server/')) return true;
  const allowed = MAY_IMPORT[kindOf(source)] ?? [];
  if (allowed.includes(kindOf(target))) return true;
  return OPENINGS.some(([importing, imported, onlyTypes]) => {
    return importing.test(from) && imported.test(to) && (typeOnly || !onlyTypes);
  });
}

/** `feature:chat` → `feature`. */
export function kindOf(zone: Zone): string {
  return zone.split(':')[0] ?? zone;
}

/**
 * Where an import of ours leads, as a path relative to the repository.
 * Undefined for packages and for Node's own modules.
 */
export function resolveImport(from: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return resolveRelative(from, specifier);
  const server = /^#server\/(.+)$/.exec(specifier);
  if (server) return `server/src/${server[1] ?? ''}`;
  if (specifier === '@slipmat/server/origin-guard') return 'server/src/http/origin-guard.ts';
  const workspace = /^@slipmat\/([a-z-]+)\/(.+)$/.exec(specifier);
  if (workspace) return `${workspace[1] ?? ''}/src/${workspace[2] ?? ''}.ts`;
  return undefined;
}

function resolveRelative(from: string, specifier: string): string {
  const parts = from.split('/').slice(0, -1);
  for (const part of specifier.replace(/\?.*$/, '').split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}
