/**
 * A query of people's ids, for `in`: how one feature says "these" to another without reading them. Made by
 * `select(…).$asScalar()`.
 */
import type { Expression } from 'kysely';

export type PeopleIds = Expression<string>;
