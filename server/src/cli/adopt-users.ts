/** `adopt-users [--dry-run]`: everybody of the old Django site becomes a person here, once. */
import { parseArgs } from 'node:util';
import { type AdoptionTotals, adoptUsers } from '../administration/adopt-users.ts';
import type { Config } from '../config.ts';
import { createProgress } from './progress.ts';

function summary({ adopted, present, skipped }: AdoptionTotals, dryRun: boolean): string[] {
  return [
    dryRun ? `Would adopt: ${adopted}` : `Adopted: ${adopted}`,
    `Here before: ${present}`,
    `Left out: ${skipped.disabled} disabled${skipped.ours === 0 ? '' : `, ${skipped.ours} who came from Slipmat`}`,
    ...(dryRun ? ['Nobody was adopted: this was a dry run.'] : []),
  ];
}

/**
 * Progress goes to standard error, the totals to `say`.
 * @param args what follows the command's name.
 * @throws on unknown options, and what `adoptUsers` throws.
 */
export async function adoptUsersCommand(
  args: readonly string[],
  config: Config,
  say: (line: string) => void,
): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { 'dry-run': { type: 'boolean' } } });
  const dryRun = values['dry-run'] ?? false;
  const progress = createProgress(process.stderr, Date.now);
  try {
    const totals = await adoptUsers(config, { dryRun, onProgress: progress.show });
    progress.end();
    for (const line of summary(totals, dryRun)) say(line);
  } finally {
    progress.end();
  }
}
