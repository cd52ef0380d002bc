import { DisplayName, Handle, Id, Slug } from '@slipmat/contract/ids';
import { z } from 'zod';

type Json = Readonly<Record<string, unknown>>;

/** One field of an object: its name, what it takes, whether it may be left out. */
export type Field = { readonly name: string; readonly type: string; readonly required: boolean };

/** How a type is written: with its limits (for what one sends) or without (for what one gets), and how far indented. */
type Style = { readonly limits: boolean; readonly indent: number };

/** Patterns that the whole contract shares, by the name that people know them by. */
const KNOWN_PATTERNS: ReadonlyMap<unknown, string> = new Map([
  [patternOf(Id), 'id'],
  [patternOf(Handle), 'handle'],
  [patternOf(Slug), 'slug'],
  [patternOf(DisplayName), 'one line'],
]);

/**
 * The fields of an object that a client sends, in the schema's order.
 *
 * @param schema of the contract
 */
export function fieldsOf(schema: z.core.$ZodType): Field[] {
  const json = jsonOf(schema, 'input');
  const required = new Set(listOf(json['required']));
  return Object.entries(objectOf(json['properties'])).map(([name, value]) => ({
    name,
    type: typeText(objectOf(value), { limits: true, indent: 0 }),
    required: required.has(name),
  }));
}

/** What a client gets, written as a TypeScript type over several lines. */
export function replyText(schema: z.core.$ZodType): string {
  return typeText(jsonOf(schema, 'output'), { limits: false, indent: 0 });
}

function jsonOf(schema: z.core.$ZodType, io: 'input' | 'output'): Json {
  return objectOf(z.toJSONSchema(schema, { io, unrepresentable: 'any', reused: 'inline' }));
}

function patternOf(schema: z.core.$ZodType): unknown {
  return jsonOf(schema, 'input')['pattern'];
}

function typeText(schema: Json, style: Style): string {
  if ('const' in schema) return JSON.stringify(schema['const']);
  if (Array.isArray(schema['enum'])) return schema['enum'].map((value) => JSON.stringify(value)).join(' | ');
  const union = schema['anyOf'] ?? schema['oneOf'];
  if (Array.isArray(union))
    return [...new Set(union.map((part) => typeText(objectOf(part), style)))].join(' | ');
  if (Array.isArray(schema['allOf']))
    return schema['allOf'].map((part) => typeText(objectOf(part), style)).join(' & ');
  const types = schema['type'];
  if (Array.isArray(types)) return types.map((type) => typeText({ ...schema, type }, style)).join(' | ');
  if (schema['type'] === 'array') return arrayText(schema, style);
  if (schema['type'] === 'object') return objectText(schema, style);
  return scalarText(schema, style);
}

function arrayText(schema: Json, style: Style): string {
  const item = typeText(objectOf(schema['items']), style);
  const grouped = / [|&] /.test(item) && !item.startsWith('{') ? `(${item})` : item;
  return `${grouped}[]${style.limits ? range(schema, 'minItems', 'maxItems') : ''}`;
}

function objectText(schema: Json, style: Style): string {
  const required = new Set(listOf(schema['required']));
  const inner = { ...style, indent: style.indent + 1 };
  const fields = Object.entries(objectOf(schema['properties'])).map(([name, value]) => {
    return `${name}${required.has(name) ? '' : '?'}: ${typeText(objectOf(value), inner)}`;
  });
  if (fields.length === 0) return '{}';
  if (style.limits || (fields.length === 1 && !fields.some((field) => field.includes('\n'))))
    return `{ ${fields.join('; ')} }`;
  const pad = '  '.repeat(style.indent);
  return `{\n${fields.map((field) => `${pad}  ${field};\n`).join('')}${pad}}`;
}

function scalarText(schema: Json, style: Style): string {
  const type = typeof schema['type'] === 'string' ? schema['type'] : 'unknown';
  if (!style.limits) return type === 'integer' ? 'number' : type;
  if (type === 'string') return `string${stringKind(schema)}${range(schema, 'minLength', 'maxLength')}`;
  return type === 'integer' || type === 'number' ? `${type}${range(schema, 'minimum', 'maximum')}` : type;
}

function stringKind(schema: Json): string {
  if (typeof schema['format'] === 'string') return `, ${schema['format']}`;
  if (typeof schema['pattern'] !== 'string') return '';
  const known = KNOWN_PATTERNS.get(schema['pattern']);
  return known === undefined ? ` matching ${schema['pattern']}` : `, ${known}`;
}

function range(schema: Json, low: string, high: string): string {
  const least = limit(schema[low], -Number.MAX_SAFE_INTEGER);
  const most = limit(schema[high], Number.MAX_SAFE_INTEGER);
  if (least === undefined && most === undefined) return '';
  if (most === undefined) return ` (${least} or more)`;
  return least === undefined ? ` (up to ${most})` : ` (${least}–${most})`;
}

/** A limit that says something; the borders of safe integers, which zod adds to every whole number, do not. */
function limit(value: unknown, border: number): number | undefined {
  return typeof value === 'number' && value !== border ? value : undefined;
}

function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
