/** SQL of the sessions of a roll-out: each is counted once in a revision, and the sums move with it. */
import type { RollOutKind } from '@slipmat/contract/roll-outs';
import type { Read, Trx } from './store.ts';

export type Outcome = 'issued' | 'accepted' | 'refused';

/** What a session answered in a revision. */
export interface Note {
  readonly kind: RollOutKind;
  readonly revision: number;
  readonly sessionId: string;
  /** Encoded. */
  readonly segment: string;
  readonly outcome: Outcome;
  readonly at: number;
  /** Which of the rows of sums is this process's: 0 to `writers` - 1. */
  readonly writer: number;
}

/** Rows of sums for each kind of browser. Two processes that get the same one only wait for each other. */
export const writers = 32;

/**
 * What a session may still come to answer. A browser that kept the cookie after all has accepted it; a page of
 * ours that CSRF protection refuses is broken for the person, whatever other pages of theirs are let through.
 */
const mayFollow: Readonly<Record<RollOutKind, Readonly<Record<Outcome, readonly Outcome[]>>>> = {
  cookie: { issued: [], accepted: ['issued', 'refused'], refused: ['issued'] },
  csrf: { issued: [], accepted: ['issued'], refused: ['issued', 'accepted'] },
};

interface Difference {
  readonly issued: number;
  readonly accepted: number;
  readonly refused: number;
}

/** When a kind of browser last accepted, whoever counted it. */
async function lastAcceptance(trx: Trx, { kind, revision }: Note, segment: string): Promise<number> {
  const row = await trx
    .selectFrom('roll_out_counts')
    .select(({ fn }) => fn.max('accepted_at').as('at'))
    .where('kind', '=', kind)
    .where('revision', '=', revision)
    .where('segment', '=', segment)
    .executeTakeFirst();
  return row?.at ?? 0;
}

/** Adds to this writer's sums of a kind of browser. */
async function addToSums(trx: Trx, note: Note, segment: string, add: Difference): Promise<void> {
  const { kind, revision, writer, outcome, at } = note;
  const isRefusal = outcome === 'refused';
  const isAcceptance = outcome === 'accepted';
  const since = isRefusal ? await lastAcceptance(trx, note, segment) : 0;
  await trx
    .insertInto('roll_out_counts')
    .values({
      kind,
      revision,
      segment,
      writer,
      ...add,
      accepted_at: isAcceptance ? at : null,
      refused_in_row: isRefusal ? 1 : 0,
      row_since: isRefusal ? at : null,
      decided_at: isRefusal || isAcceptance ? at : null,
    })
    .onConflict((conflict) =>
      conflict.columns(['kind', 'revision', 'segment', 'writer']).doUpdateSet((eb) => {
        const goesOn = eb('roll_out_counts.row_since', '>', since);
        const row = 'roll_out_counts.refused_in_row';
        const more = {
          refused_in_row: eb
            .case()
            .when(goesOn)
            .then(eb(row, '+', 1))
            .else(1)
            .end(),
          row_since: eb.case().when(goesOn).then(eb.ref('roll_out_counts.row_since')).else(at).end(),
          decided_at: at,
        };
        return {
          issued: eb('roll_out_counts.issued', '+', add.issued),
          accepted: eb('roll_out_counts.accepted', '+', add.accepted),
          refused: eb('roll_out_counts.refused', '+', add.refused),
          ...(isRefusal ? more : {}),
          ...(isAcceptance ? { accepted_at: at, decided_at: at } : {}),
        };
      }),
    )
    .execute();
}

async function insert(trx: Trx, note: Note): Promise<boolean> {
  const { kind, revision, sessionId, segment, outcome, at } = note;
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('roll_out_sessions')
    .values({ kind, revision, session_id: sessionId, segment, outcome, at })
    .onConflict((conflict) => conflict.columns(['kind', 'revision', 'session_id']).doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

/** Follows one answer by another. @returns the segment it is counted in; undefined when that was not the answer. */
async function follow(trx: Trx, note: Note, before: Outcome): Promise<string | undefined> {
  const row = await trx
    .updateTable('roll_out_sessions')
    .set({ outcome: note.outcome, at: note.at })
    .where('kind', '=', note.kind)
    .where('revision', '=', note.revision)
    .where('session_id', '=', note.sessionId)
    .where('outcome', '=', before)
    .returning('segment')
    .executeTakeFirst();
  return row?.segment;
}

/** Counts a session; an answer that is known, or that cannot follow the known one, changes nothing. */
export async function count(trx: Trx, note: Note): Promise<void> {
  const { outcome } = note;
  const one = (of: Outcome): number => (outcome === of ? 1 : 0);
  if (await insert(trx, note)) {
    await addToSums(trx, note, note.segment, {
      issued: 1,
      accepted: one('accepted'),
      refused: one('refused'),
    });
    return;
  }
  for (const before of mayFollow[note.kind][outcome]) {
    const segment = await follow(trx, note, before);
    if (segment === undefined) continue;
    const less = (of: Outcome): number => (before === of ? 1 : 0);
    await addToSums(trx, note, segment, {
      issued: 0,
      accepted: one('accepted') - less('accepted'),
      refused: one('refused') - less('refused'),
    });
    return;
  }
}

export async function sessionExists(read: Read, sessionId: string): Promise<boolean> {
  const row = await read.selectFrom('sessions').select('id').where('id', '=', sessionId).executeTakeFirst();
  return row !== undefined;
}

export interface OldSession {
  readonly revision: number;
  readonly sessionId: string;
}

/** Sessions of revisions before this one, `limit` at most. */
export async function oldSessions(
  read: Read,
  kind: RollOutKind,
  before: number,
  limit: number,
): Promise<OldSession[]> {
  return read
    .selectFrom('roll_out_sessions')
    .select(['revision', 'session_id as sessionId'])
    .where('kind', '=', kind)
    .where('revision', '<', before)
    .limit(limit)
    .execute();
}

/** Forgets what sessions answered; the sums stay. */
export async function forgetSessions(
  trx: Trx,
  kind: RollOutKind,
  sessions: readonly OldSession[],
): Promise<void> {
  for (const revision of new Set(sessions.map((session) => session.revision))) {
    const ids = sessions.filter((session) => session.revision === revision).map(({ sessionId }) => sessionId);
    await trx
      .deleteFrom('roll_out_sessions')
      .where('kind', '=', kind)
      .where('revision', '=', revision)
      .where('session_id', 'in', ids)
      .execute();
  }
}
