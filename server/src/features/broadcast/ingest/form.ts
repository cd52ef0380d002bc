/** Query strings and forms (application/x-www-form-urlencoded) with values as bytes, since their charset is unknown. */

/** Values by name; of a repeated name the first counts. */
export type Fields = ReadonlyMap<string, Buffer>;

/** Fields read of one query; metadata updates have up to seven. */
const MAX_FIELDS = 32;

/** Text whose characters are bytes, with `%xx` undone; a broken escape stays as it is. */
export function percentDecode(text: string): Buffer {
  const decoded = text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(decoded, 'latin1');
}

function decodePart(part: string): Buffer {
  return percentDecode(part.replaceAll('+', ' '));
}

/** The fields of a query string or a form body. */
export function parseFields(query: Buffer): Fields {
  const fields = new Map<string, Buffer>();
  for (const pair of query.toString('latin1').split('&', MAX_FIELDS)) {
    const equals = pair.indexOf('=');
    const name = decodePart(equals < 0 ? pair : pair.slice(0, equals)).toString('latin1');
    if (name === '' || fields.has(name)) continue;
    fields.set(name, decodePart(equals < 0 ? '' : pair.slice(equals + 1)));
  }
  return fields;
}
