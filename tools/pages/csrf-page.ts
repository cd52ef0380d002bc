import { type CsrfRule, csrfRules } from '@slipmat/server/origin-guard';
import { code, generatedNotice, page, table } from './markdown.ts';

function any(values: readonly string[] | undefined): string {
  return values === undefined ? 'any' : values.join(', ');
}

function row(rule: CsrfRule, index: number): string[] {
  const cookie = rule.cookie === undefined ? 'any' : rule.cookie ? 'yes' : 'no';
  const verdict = rule.verdict === 'pass' ? 'passes' : code(rule.verdict);
  return [String(index + 1), any(rule.act), any(rule.origin), any(rule.site), cookie, verdict, rule.because];
}

/** docs/csrf.md: the rules of the guard, in order. */
export function csrfPage(): string {
  return page([
    generatedNotice('server/src/http/origin-guard.ts'),
    '# CSRF',
    [
      'What decides whether a request that changes something, or a socket, comes from our own pages. The first rule that',
      'fits decides. *Act*: a read is GET, HEAD or OPTIONS. *Origin*: trusted is one of the configured origins, compared',
      'exactly. *Site* is the header `Sec-Fetch-Site`; unknown is a value that no browser sends. `csrf-origin-missing` has',
      'a way through: the header `slipmat-csrf` with the token that `GET /api/auth/me` gives, which belongs to one session.',
    ].join('\n'),
    table(['rule', 'act', 'origin', 'site', 'cookie', 'verdict', 'because'], csrfRules.map(row)),
  ]);
}
