/** Many people at once, written straight into the tables: for what is sent to thousands. */
import type { Kysely } from 'kysely';
import type { Tables } from '#server/db/schema.ts';

/** Rows of one statement. */
const rowsAtOnce = 500;

/** @returns an id in order of time, as UUIDv7 is (RFC 9562 §5.7), that sorts by the number. */
export function crowdId(number: number): string {
  const text = number.toString(16).padStart(12, '0');
  return `01900000-0000-7000-8000-${text}`;
}

export function crowdHandle(number: number): string {
  return `crowd-${String(number).padStart(6, '0')}`;
}

/** Members with a verified address each, who never signed in. Nobody can sign in as one of them. */
export async function addCrowd(db: Kysely<Tables>, size: number): Promise<void> {
  for (let first = 0; first < size; first += rowsAtOnce) {
    const numbers = Array.from({ length: Math.min(rowsAtOnce, size - first) }, (_, index) => first + index);
    await db
      .insertInto('people')
      .values(
        numbers.map((number) => ({
          id: crowdId(number),
          handle: crowdHandle(number),
          email: `${crowdHandle(number)}@example.com`,
          display_name: `Somebody ${number}`,
          password_hash: '!',
          created_at: 1,
          email_verified_at: 1,
        })),
      )
      .execute();
    await db
      .insertInto('person_groups')
      .values(
        numbers.map((number) => ({
          person_id: crowdId(number),
          group_name: 'member' as const,
          granted_by: null,
          granted_at: 1,
        })),
      )
      .execute();
  }
}
