/** What each part of the site said, and which cookies the browser sent. */
import type { CookieReading } from '@slipmat/contract/sessions';
import type { ReactNode } from 'react';
import { Badge, type BadgeTone } from '../../ui/badge.tsx';
import type { AnswerRow } from './agreement.ts';
import { cookieWords, stateWords } from './check-words.ts';

const tones: Readonly<Record<AnswerRow['state'], BadgeTone>> = {
  agrees: 'good',
  differs: 'danger',
  conflict: 'danger',
  silent: 'plain',
};

export function AnswerRows({ rows }: { readonly rows: readonly AnswerRow[] }) {
  return (
    <ul className="flex flex-col divide-y divide-line">
      {rows.map(({ service, state, words }) => (
        <li
          key={service.title}
          className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1 py-3 first:pt-0 last:pb-0"
        >
          <div className="min-w-0 flex-1 basis-44">
            <p className="font-medium wrap-anywhere">{service.title}</p>
            <p className="text-quiet wrap-anywhere">{words}</p>
          </div>
          <Badge tone={tones[state]}>{stateWords[state]}</Badge>
        </li>
      ))}
    </ul>
  );
}

/** A part that opens on a press; `open` when there is a reason to look. */
export function Details({
  title,
  open = false,
  children,
}: {
  readonly title: string;
  readonly open?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <details open={open} className="group rounded-2xl border border-line bg-raised">
      <summary className="flex min-h-11 items-center justify-between gap-4 rounded-2xl px-5 py-3 font-semibold sm:px-7">
        {title}
        <span aria-hidden="true" className="text-quiet transition-transform group-open:rotate-180">
          ▾
        </span>
      </summary>
      <div className="px-5 pb-5 sm:px-7 sm:pb-7">{children}</div>
    </details>
  );
}

export function CookieList({ cookies }: { readonly cookies: readonly CookieReading[] }) {
  if (cookies.length === 0)
    return <p className="text-quiet">Your browser sent no cookie that is about signing in.</p>;
  return (
    <>
      <ul className="flex flex-col divide-y divide-line">
        {cookies.map(({ name, state, session }, index) => (
          <li key={`${name}-${String(index)}`} className="py-2.5 first:pt-0">
            <p>
              <code className="font-mono wrap-anywhere">{name}</code>{' '}
              <span className="text-quiet">{cookieWords[state]}.</span>
            </p>
            {session !== null && (
              <p className="text-sm text-quiet">
                Session <code className="font-mono">{session}</code>
              </p>
            )}
          </li>
        ))}
      </ul>
      <p className="mt-2 text-sm text-quiet">
        In the order in which your browser sent them; several may have one name. What is in them never leaves
        the server: the session is named by a short hash, which is safe to tell staff.
      </p>
    </>
  );
}
