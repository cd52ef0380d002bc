/** A Django site's SQLite file, opened read-only. */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { DjangoConnection } from './django-database.ts';

/**
 * How long a read waits while Django commits. The wait holds up the whole process, and the browser asks again after
 * a 503, so it is short.
 */
const busyTimeoutMs = 250;

/** @param file must be there when the first query comes. */
export function openDjangoSqlite(file: string): DjangoConnection {
  let open: { readonly database: DatabaseSync; readonly prepared: Map<string, StatementSync> } | undefined;

  function prepare(name: string, sql: string): StatementSync {
    open ??= {
      database: new DatabaseSync(file, { readOnly: true, timeout: busyTimeoutMs }),
      prepared: new Map(),
    };
    const known = open.prepared.get(name);
    if (known !== undefined) return known;
    const statement = open.database.prepare(sql.replaceAll(/\$\d/g, '?'));
    open.prepared.set(name, statement);
    return statement;
  }

  function disconnect(): void {
    open?.database.close();
    open = undefined;
  }

  return {
    async query(name, sql, values) {
      try {
        return prepare(name, sql).all(...values);
      } catch (error) {
        // Whatever was wrong with the file, the next query opens it anew.
        disconnect();
        throw error;
      }
    },
    async close() {
      disconnect();
    },
  };
}
