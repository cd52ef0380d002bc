/** `GET /api/sent/{id}/ledger.csv`: the whole ledger as a table, written while it is read. */
import { Readable } from 'node:stream';
import { Id } from '@slipmat/contract/ids';
import { LedgerQuery, type LedgerRow } from '@slipmat/contract/sending';
import type { FastifyInstance } from 'fastify';
import type { MountDeps } from '#server/http/mount.ts';
import { checkAccess, checkOrigin, identifyRequest, validate } from '#server/http/pipeline.ts';
import { limitKey } from '#server/platform/network.ts';
import { ProblemError } from '#server/platform/problem-error.ts';
import type { Notifications } from './index.ts';

/** Rows read at once. */
const pageSize = 500;
/** Whole ledgers are read seldom. */
const budget = { burst: 6, perMinute: 6 } as const;

const columns: readonly (readonly [string, (row: LedgerRow) => string | number | null])[] = [
  ['handle', ({ person }) => person.handle],
  ['name', ({ person }) => person.displayName],
  ['state', ({ state }) => state],
  ['sent', ({ sentAt }) => iso(sentAt)],
  ['seen', ({ seenAt }) => iso(seenAt)],
  ['confirmed', ({ confirmedAt }) => iso(confirmedAt)],
  ['confirmed before the change', ({ confirmedBeforeAt }) => iso(confirmedBeforeAt)],
  ['reminded', ({ remindedAt }) => iso(remindedAt)],
  ['reminders', ({ reminders }) => reminders],
  ['e-mail', ({ email }) => email],
  ['push', ({ push }) => push],
  ['not reached because', ({ unreachable }) => unreachable],
];

function iso(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

/** One field (RFC 4180). Spreadsheets take what begins with one of =+-@ for a formula, so it is led in by an apostrophe. */
export function csvField(value: string | number | null): string {
  if (value === null) return '';
  const text = String(value);
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function line(values: readonly (string | number | null)[]): string {
  return `${values.map(csvField).join(',')}\r\n`;
}

/** Mounts it. It is no JSON and no contract endpoint; its refusals are problems like all others. */
export function mountLedgerCsv(
  app: FastifyInstance,
  { sending, ledger, seesAll }: Notifications,
  deps: MountDeps,
): void {
  async function* rowsOf(
    stored: Parameters<typeof ledger.page>[0],
    asked: Parameters<typeof ledger.page>[1],
  ) {
    yield line(columns.map(([name]) => name));
    let after = '';
    let isMore = true;
    while (isMore) {
      const { rows, more } = await ledger.page(stored, { ...asked, after }, pageSize);
      yield rows.map((row) => line(columns.map(([, of]) => of(row)))).join('');
      after = rows.at(-1)?.person.id ?? after;
      isMore = more;
    }
  }

  app.get('/api/sent/:id/ledger.csv', async (request, reply) => {
    try {
      deps.rateLimit.take(`ledger ${limitKey(request.ip)}`, budget);
      checkOrigin(request, deps);
      const { who } = await identifyRequest(request, deps);
      checkAccess({ can: 'notification.send' }, who, { duringConflict: false });
      if (who.kind !== 'signed-in') throw new ProblemError('session-missing');
      const id = Id.safeParse(Object(request.params).id);
      if (!id.success) throw new ProblemError('not-found');
      const stored = await sending.own(id.data, who.person, seesAll(who.person));
      const { filter, q } = validate(LedgerQuery, request.query);
      return await reply
        .header('cache-control', 'no-store')
        .header('content-disposition', `attachment; filename="ledger-${stored.id}.csv"`)
        .type('text/csv; charset=utf-8')
        .send(Readable.from(rowsOf(stored, { filter, q })));
    } catch (error) {
      await deps.failures.send(request, reply, error);
      return reply;
    }
  });
}
