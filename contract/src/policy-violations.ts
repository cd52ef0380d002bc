/**
 * Violations of the security policy of a page (CSP Level 3): a page tells of them, and so does the browser itself, which
 * also does when no script of the page runs. In the same words, so that both are one fault.
 */
import * as z from 'zod/mini';

/** Browsers differ in what they know, and in how they say that they do not. */
const Said = z.optional(z.unknown());

/** The form of `report-uri` (CSP Level 3, §5.3). WebKit writes `type` and `url` beside it. */
export const PolicyReport = z.strictObject({
  'csp-report': z.object({
    'document-uri': Said,
    'effective-directive': Said,
    'violated-directive': Said,
    'blocked-uri': Said,
    'source-file': Said,
  }),
  type: z.optional(z.unknown()),
  url: z.optional(z.unknown()),
});
export type PolicyReport = z.infer<typeof PolicyReport>;

/** Class of the error that a violation counts as. */
export const policyViolation = 'SecurityPolicyViolation';

/** Of CSP Level 3, §6; anybody may send reports, and makes no more kinds of faults than there are of these. */
const directives =
  /^(?:(?:child|connect|default|fenced-frame|font|frame|img|manifest|media|object|prefetch|script|style|worker)-src(?:-attr|-elem)?|base-uri|form-action|frame-ancestors|sandbox|require-trusted-types-for|trusted-types)$/;
/** `chrome-extension:`, `moz-extension:`, and what WebKit writes instead of the address of one. */
const ofExtension = /^(?:[a-z-]*extension|webkit-masked-url)(?::|$)/i;
/** What browsers write instead of an address (CSP Level 3, §2.4.1), and schemes of what a page makes itself. */
const keywords: ReadonlySet<string> = new Set([
  'inline',
  'eval',
  'wasm-eval',
  'trusted-types-policy',
  'data',
  'blob',
]);

function blockedWords(blocked: string, origin: string): string {
  const address = blocked.toLowerCase();
  const [head = ''] = address.split(':');
  if (address === '') return 'something';
  if (keywords.has(head)) return head;
  if (address === 'self' || address === origin || address.startsWith(`${origin}/`))
    return 'a file of this site';
  return 'another site';
}

export interface Violation {
  /** As the browser names it; older ones add its sources. */
  readonly directive: string;
  readonly blocked: string;
  /** Whose code it was, if known. */
  readonly source: string;
  /** Of the page. */
  readonly origin: string;
}

/** One line without any address in it, such as "img-src blocked another site". */
export function violationWords({ directive, blocked, source, origin }: Violation): string {
  const [first = ''] = directive.split(' ');
  const name = directives.test(first) ? first : 'something';
  const isOfExtension = ofExtension.test(blocked) || ofExtension.test(source);
  return `${name} blocked ${isOfExtension ? 'an extension' : blockedWords(blocked, origin)}`;
}
