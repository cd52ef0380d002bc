import { problems, sharedProblems } from '@slipmat/contract/problems';
import { code, generatedNotice, page, table } from './markdown.ts';

/** What each action means for the person, in the order of the enum. */
const ACTIONS: readonly (readonly [string, string])[] = [
  ['retry', 'try the same again'],
  ['reload', 'load the page again'],
  ['sign-in', 'sign in'],
  ['repair', 'let the repair page put this browser right'],
  ['contact', 'tell the staff, with the reference'],
  ['none', 'read the sentence; there is nothing to press'],
];

/** docs/errors.md: every problem that a person can meet. */
export function errorsPage(): string {
  const shared = new Set<string>(sharedProblems);
  const rows = Object.entries(problems).map(([name, row]) => [
    `<a id="${name}"></a>${code(name)}`,
    row.status === 0 ? 'client' : String(row.status),
    row.title,
    row.sentence,
    row.action,
    row.tellStaff ? 'yes' : '',
    shared.has(name) ? 'yes' : '',
  ]);
  return page([
    generatedNotice('contract/src/problems.ts'),
    '# Errors',
    [
      'Every error travels as `application/problem+json` (RFC 9457) with `code`, `reference` and `action`. The',
      'reference is also in the response header `slipmat-reference` and in the log line: staff look it up there.',
      'A status of “client” means that the client found it by itself; no server sends it.',
    ].join('\n'),
    table(
      ['action', 'what the person can do'],
      ACTIONS.map(([name, about]) => [code(name), about]),
    ),
    'Told to staff: logged as an error and counted. Everywhere: any endpoint may answer with it, without declaring it.',
    table(['code', 'status', 'title', 'sentence', 'action', 'told to staff', 'everywhere'], rows),
  ]);
}
