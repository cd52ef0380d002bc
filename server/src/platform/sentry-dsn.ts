/** The address of a service that speaks Sentry's envelope format, as such services give it out. */

export interface Dsn {
  readonly endpoint: string;
  readonly publicKey: string;
  /** As it was set, for the head of the envelope. */
  readonly text: string;
}

/** `https://key@host/path/project`; undefined when it is none. */
export function parseDsn(text: string): Dsn | undefined {
  const url = URL.parse(text);
  const [, path = '', project] = /^(.*)\/(\d+)$/.exec(url?.pathname ?? '') ?? [];
  if (url === null || url.username === '' || project === undefined) return undefined;
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined;
  return { endpoint: `${url.origin}${path}/api/${project}/envelope/`, publicKey: url.username, text };
}
