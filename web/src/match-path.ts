/** Which address a route stands for. */

/**
 * The parameters when the path is of the pattern. Upper and lower case of the fixed parts are the same, and a
 * slash at the end means nothing.
 * @param pattern such as `/people/:handle`; a parameter is one whole part and never empty.
 * @param path as in the address bar, percent-encoded (RFC 3986).
 */
export function matchPath(pattern: string, path: string): Readonly<Record<string, string>> | undefined {
  const wanted = pattern.split('/');
  const given = path.replace(/(.)\/$/, '$1').split('/');
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = decoded(given[index] ?? '');
    if (value === undefined) return undefined;
    if (part.startsWith(':') && value !== '') params[part.slice(1)] = value;
    else if (part.toLowerCase() !== value.toLowerCase()) return undefined;
  }
  return params;
}

/** Undefined for what is no percent-encoding, which no link of ours has. */
function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
