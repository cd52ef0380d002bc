/** Roll-outs by the command line, beside a Slipmat that is running or not. */
import type { RollOutKind, RollOutsState } from '@slipmat/contract/roll-outs';
import type { Config } from '../config.ts';
import { type Database, openDatabase } from '../db/open.ts';
import { storageOf } from '../deps.ts';
import { audit } from '../features/accounts/store.ts';
import { createRollOuts, type RollOuts } from '../features/roll-outs/index.ts';
import { policyRows, setWritten } from '../features/sessions/policy-book.ts';
import { systemClock } from '../platform/clock.ts';
import { createLog } from '../platform/log.ts';
import { newId, systemRandom } from '../platform/random.ts';
import type { Journal } from '../realtime/journal.ts';

export type RollOutCommand =
  | { readonly act: 'status' }
  | {
      readonly act: 'start';
      readonly kind: RollOutKind;
      readonly steps: readonly number[];
      readonly stepMinutes: number;
    }
  | { readonly act: 'pause' | 'resume' | 'advance' | 'acknowledge'; readonly kind: RollOutKind }
  | { readonly act: 'roll-back'; readonly kind: RollOutKind; readonly reason: string };

/**
 * Writes no events: nobody follows a topic here, and a running server tells its own followers when its next
 * evaluation finds that something changed.
 */
const noJournal: Journal = { append: () => Promise.resolve(0) };

function rollOutsOver(db: Database, config: Config): RollOuts {
  return createRollOuts({
    db,
    clock: systemClock,
    random: systemRandom,
    log: createLog('silent'),
    journal: noJournal,
    policyRows,
    setWritten,
    wish: { domain: config.cookieDomain ?? null, secure: config.publicUrl?.protocol === 'https:' },
    csrfByRollOut: config.csrfByRollOut,
    audit: (trx, entry) =>
      audit(trx, {
        id: newId(systemClock, systemRandom),
        at: systemClock.now(),
        subjectId: null,
        ...entry,
      }),
    // Running servers look every few seconds.
    announceChanged: () => undefined,
    // What the command line does is no stop by itself.
    onStopped: async () => undefined,
  });
}

function carryOut(rollOuts: RollOuts, command: RollOutCommand): Promise<RollOutsState> {
  switch (command.act) {
    case 'status':
      return rollOuts.show();
    case 'start':
      return rollOuts.start(null, command.kind, command);
    case 'roll-back':
      return rollOuts.rollBack(null, command.kind, command.reason);
    default:
      return rollOuts[command.act](null, command.kind);
  }
}

/**
 * Looks at the roll-outs, or does something to one. A running server knows within five seconds.
 * @returns the state then. @throws ProblemError `not-found` (nothing to roll out), `roll-out-state`
 */
export async function rollOut(config: Config, command: RollOutCommand): Promise<RollOutsState> {
  const db = openDatabase(storageOf(config), createLog('silent'));
  try {
    await db.migrate();
    return await carryOut(rollOutsOver(db, config), command);
  } finally {
    await db.close();
  }
}
