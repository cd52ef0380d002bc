/**
 * A site in the midst of moving its people to a cookie that sub-domains share: sessions with a credential under the
 * old and one under the new policy each, and a roll-out that has reached all of them. Written straight into the
 * tables by statements that SQLite and PostgreSQL both understand; whoever measures checks that the server knows them.
 */
import { createHash } from 'node:crypto';

const day = 24 * 3_600_000;

/** Where the site would be found; nothing listens there. */
export const host = 'radio.example';
/** Names of the cookies of both policies. */
export const policies = { old: '__Host-slipmat', next: '__Secure-slipmat-2' } as const;
/** Name of the cookie where Slipmat is found without TLS, as on the machine that measures. */
export const plainPolicy = 'slipmat';
export type Policy = (typeof policies)[keyof typeof policies] | typeof plainPolicy;

/** A step so long that the roll-out stays where it is while it is measured. */
const stepMinutes = 7 * 24 * 60;

export interface Amount {
  readonly people: number;
  readonly sessions: number;
}

/** SHA-256 in hexadecimal: ids and secrets are made from numbers, so that nobody has to remember a million. */
export function hashHex(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** An id in order of time as UUIDv7 is (RFC 9562 §5.7), with a hash for chance. */
export function idOf(what: string, at: number): string {
  const time = at.toString(16).padStart(12, '0');
  const chance = hashHex(`${what} ${at}`);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${chance.slice(0, 3)}-8${chance.slice(3, 6)}-${chance.slice(6, 18)}`;
}

/** `hash_hex` and `id_of` as PostgreSQL has them; SQLite calls ours. */
export const postgresFunctions = `
  create function hash_hex(text) returns text language sql immutable as
    $$ select encode(sha256(convert_to($1, 'UTF8')), 'hex') $$;
  create function id_of(text, bigint) returns text language sql immutable as
    $$ select substr(time, 1, 8) || '-' || substr(time, 9) || '-7' || substr(chance, 1, 3)
      || '-8' || substr(chance, 4, 3) || '-' || substr(chance, 7, 12)
      from (select lpad(to_hex($2), 12, '0') as time, hash_hex($1 || ' ' || $2) as chance) as parts $$;`;

/** A cookie of session `number`; under numbers that no session has, of nobody. */
export function cookieOf(policy: Policy, number: number): string {
  const id = hashHex(`id ${policy} ${number}`).slice(0, 22);
  const secret = hashHex(`secret ${policy} ${number}`).slice(0, 43);
  return `${policy}=v1.${id}.${secret}`;
}

/** The handle of the person whose session it is. */
export function handleOf(number: number, { people }: Amount): string {
  return `person-${number % people}`;
}

/** The id of session `number`, of sessions that were stored at `now`. */
export function sessionIdOf(number: number, { sessions }: Amount, now: number): string {
  return idOf('session', now - sessions * 1000 + number * 1000);
}

/** Rows from 0 to below `count`, as `numbers (i)`. */
function withNumbers(count: number): string {
  return `with recursive numbers (i) as (select 0 union all select i + 1 from numbers where i < ${count - 1})`;
}

/** Sessions began a second after one another, the last one at `now`. */
function sessionAt({ sessions }: Amount, now: number): string {
  return `(${now - sessions * 1000} + cast(i as bigint) * 1000)`;
}

function credentials(policy: Policy, amount: Amount, now: number): string {
  return `insert into credentials (id, session_id, policy, secret_hash, issued_at, first_seen_at)
    ${withNumbers(amount.sessions)}
    select substr(hash_hex('id ${policy} ' || i), 1, 22), id_of('session', ${sessionAt(amount, now)}),
      '${policy}', hash_hex(substr(hash_hex('secret ${policy} ' || i), 1, 43)), ${now}, ${now} from numbers`;
}

/** Ids of people are a millisecond after one another, and before those of the sessions. */
function personAt({ people, sessions }: Amount, now: number): number {
  return now - sessions * 1000 - people;
}

/** The id of person `number`, of people who were stored at `now`. */
export function personIdOf(number: number, amount: Amount, now: number): string {
  return idOf('person', personAt(amount, now) + number);
}

/**
 * People and their sessions. The sessions were last seen later than at `now`, so that none is due to be noted as
 * seen again while it is measured: in real life that is a write, once in five minutes of each.
 * @param stride people from one session's to the next one's.
 */
function peopleStatements(amount: Amount, now: number, stride: number): string[] {
  const { people, sessions } = amount;
  const began = sessionAt(amount, now);
  const personId = (number: string): string => `id_of('person', ${personAt(amount, now)} + ${number})`;
  return [
    `insert into people (id, handle, email, display_name, password_hash, created_at)
      ${withNumbers(people)}
      select ${personId('i')}, 'person-' || i, 'person-' || i || '@example.test', 'Person ' || i, '', ${now} from numbers`,
    `insert into person_groups (person_id, group_name, granted_at)
      ${withNumbers(people)} select ${personId('i')}, 'member', ${now} from numbers`,
    `insert into sessions (id, person_id, created_at, last_seen_at, idle_expires_at, absolute_expires_at,
        device_label, network)
      ${withNumbers(sessions)}
      select id_of('session', ${began}), ${personId(`i * ${stride} % ${people}`)}, ${began}, ${now + day},
        ${now + 30 * day}, ${began} + ${365 * day}, 'Firefox on Linux', '10.0.0.0/24' from numbers`,
  ];
}

/** People of whom some are signed in, spread evenly over all, where Slipmat is found without TLS. */
export function signedInStatements(amount: Amount, now: number): string[] {
  const stride = Math.floor(amount.people / amount.sessions);
  return [...peopleStatements(amount, now, stride), credentials(plainPolicy, amount, now)];
}

/** The people, their sessions and the roll-out. */
export function sessionStatements(amount: Amount, now: number): string[] {
  return [
    ...peopleStatements(amount, now, 1),
    credentials(policies.old, amount, now),
    credentials(policies.next, amount, now),
    `insert into cookie_policies (version, name, domain, secure, declared_at, written_from) values
      (1, '${policies.old}', null, 1, ${now - day}, ${now - day}),
      (2, '${policies.next}', '${host}', 1, ${now - day}, ${now})`,
    `insert into roll_outs (kind, state, from_version, to_version, percent, steps, step_minutes, revision,
        step_since, verdict)
      values ('cookie', 'running', 1, 2, 100, '[1,5,25,50,100]', ${stepMinutes}, 1, ${now}, 'too-soon')`,
  ];
}

/** Kinds of browsers that the answers come from, in turn. */
export const kindsOfBrowsers = 4 * 10 * 3;
/** Of 1,000 sessions in each kind of browser, the first ones have not come back yet, and the last one refused. */
export const missingOfThousand = 49;

/** What every session answered to the roll-out. */
export function answerStatements(amount: Amount, now: number): string[] {
  const among = `i / ${kindsOfBrowsers} % 1000`;
  return [
    `insert into roll_out_sessions (kind, revision, session_id, segment, outcome, at)
      ${withNumbers(amount.sessions)}
      select 'cookie', 1, id_of('session', ${sessionAt(amount, now)}),
        '{"family":"' || case i % 4 when 0 then 'Firefox' when 1 then 'Chrome' when 2 then 'Safari' else 'Edge' end
          || '","version":"' || (150 + i / 4 % 10)
          || '","system":"' || case i / 40 % 3 when 0 then 'Windows' when 1 then 'Android' else 'macOS' end
          || '","webView":false}',
        case when ${among} < ${missingOfThousand} then 'issued' when ${among} = 999 then 'refused' else 'accepted' end,
        ${now} from numbers`,
    `insert into roll_out_counts (kind, revision, segment, writer, issued, accepted, refused, refused_in_row, decided_at)
      select kind, revision, segment, 0, count(*), sum(case outcome when 'accepted' then 1 else 0 end),
        sum(case outcome when 'refused' then 1 else 0 end), 0, ${now}
      from roll_out_sessions group by kind, revision, segment`,
  ];
}
