/** Which code was running: the package's version, and the build of the web client that goes with it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

export interface Release {
  /** Such as "0.1.0+Bx1_y-2z". */
  readonly server: string;
  /** That of a page, by the build it names. */
  readonly ofBuild: (build: string) => string;
}

const Package = z.object({ version: z.string() });
/** The entry's name changes with anything that it loads, so that its hash names the build. */
const entry = /\/assets\/index-([\w-]+)\.js/;

/** @param webRoot folder of the built web client, where there is one. */
export function readRelease(webRoot: string | undefined): Release {
  const manifest = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  const { version } = Package.parse(JSON.parse(manifest));
  const index = webRoot === undefined ? '' : join(webRoot, 'index.html');
  const own = existsSync(index) ? entry.exec(readFileSync(index, 'utf8'))?.[1] : undefined;
  return {
    server: own === undefined ? version : `${version}+${own}`,
    ofBuild(build) {
      if (!/^[\w-]{1,40}$/.test(build)) return 'unknown';
      return build === own ? `${version}+${build}` : `other build ${build}`;
    },
  };
}
