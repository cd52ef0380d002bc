import { settings } from '@slipmat/server/config';
import { code, generatedNotice, page, table } from './markdown.ts';

/** docs/configuration.md: every setting of the environment. */
export function configurationPage(): string {
  const rows = Object.entries(settings).map(([name, setting]) => [
    code(name),
    setting.default === '' ? 'empty' : code(setting.default),
    setting.about,
  ]);
  return page([
    generatedNotice('server/src/config.ts'),
    '# Configuration',
    [
      'Settings come from the environment and are read once, at the start. A setting that is missing or empty has its',
      'default. All mistakes are reported together, and nothing is started while there is one; `npm run slipmat --',
      'check-config` reports them without starting anything.',
    ].join('\n'),
    table(['setting', 'default', 'what it is'], rows),
  ]);
}
