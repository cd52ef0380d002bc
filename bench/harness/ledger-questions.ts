/** What the ledger of a notification is asked, and how long the answers take. */
import { z } from 'zod';
import type { ListeningSite } from './listening-sites.ts';
import { say } from './result.ts';

/** Number of a person from their handle, in a statement; the owner's has none. */
const number = `cast('0' || substr(people.handle, 8) as integer)`;

/**
 * What people did with a notification: 60 % confirmed it within a day, 20 % saw it, 20 % did neither; one in a
 * thousand was reminded, and another one cannot be reached. Nobody of these rare ones is among the first half.
 */
export function readingStatements(id: string, people: number): string[] {
  const set = (what: string, whom: string): string =>
    `update notification_recipients set ${what} from people
      where people.id = notification_recipients.person_id and notification_id = '${id}' and ${whom};`;
  const late = `${number} >= ${people / 2} and ${number} % 1000`;
  return [
    set(`state = 'seen', seen_at = sent_at + ${number} * 600`, `${number} % 10 < 8`),
    set(`state = 'confirmed', asks = 0, confirmed_at = sent_at + ${number} * 800`, `${number} % 10 < 6`),
    set(`reminders = 1, reminded_at = sent_at + 3600000`, `${late} = 998`),
    set(`state = 'unreachable', unreachable = 'no-channel'`, `${late} = 999`),
  ];
}

export interface Asked {
  readonly storage: string;
  readonly question: string;
  readonly rows: number | null;
  readonly p50Ms: number;
  readonly maxMs: number;
}

const Page = z.object({ rows: z.array(z.unknown()) });

export function questions(
  site: ListeningSite,
  id: string,
  people: number,
): readonly (readonly [question: string, path: string])[] {
  const ledger = `/api/sent/${id}/ledger`;
  return [
    ['first page', ledger],
    ['a page in the middle', `${ledger}?after=${site.personId(people / 2)}`],
    ['who has not confirmed', `${ledger}?filter=not-confirmed`],
    ['who has not seen it', `${ledger}?filter=not-seen&after=${site.personId(people / 4)}`],
    ['who was reminded, one in 2,000', `${ledger}?filter=reminded`],
    ['whom nothing reaches, one in 2,000', `${ledger}?filter=unreachable`],
    ['search that finds 11', `${ledger}?q=person-${people / 10 - 1}`],
    ['search that finds nobody', `${ledger}?q=nobody`],
    ['the chart, `GET /api/sent/{id}`', `/api/sent/${id}`],
    ['the sender’s list', '/api/sent'],
  ];
}

export async function measureQuestion(
  storage: string,
  question: string,
  ask: () => Promise<{ readonly body: unknown }>,
  requests: number,
): Promise<Asked> {
  const times: number[] = [];
  let rows: number | null = null;
  for (let time = 0; time < requests; time += 1) {
    const at = performance.now();
    const { body } = await ask();
    times.push(performance.now() - at);
    rows = Page.safeParse(body).data?.rows.length ?? null;
  }
  times.sort((a, b) => a - b);
  const figure = {
    storage,
    question,
    rows,
    p50Ms: Number((times[Math.floor(times.length / 2)] ?? 0).toFixed(1)),
    maxMs: Number((times.at(-1) ?? 0).toFixed(1)),
  };
  say(`${storage}, ${question}: ${rows} rows, p50 ${figure.p50Ms} ms, max ${figure.maxMs} ms`);
  return figure;
}
