import { type Access, type Endpoint, isBytesBody, type SocketMessage } from '@slipmat/contract/endpoint';
import { endpoints } from '@slipmat/contract/endpoints';
import { socketMessages } from '@slipmat/contract/realtime';
import type { z } from 'zod';
import { code, generatedNotice, page, table } from './markdown.ts';
import { type Field, fieldsOf, replyText } from './schema-text.ts';

/** docs/endpoints.md: every HTTP endpoint and every message of the socket, by feature. */
export function endpointsPage(): string {
  const http = Object.entries(endpoints).flatMap(([feature, list]: [string, Record<string, Endpoint>]) => [
    `## ${feature}`,
    ...Object.values(list).map(endpointText),
  ]);
  const socket = Object.values(socketMessages).flatMap((list: Record<string, SocketMessage>) =>
    Object.values(list).map(messageText),
  );
  return page([
    generatedNotice('contract/src/endpoints.ts and contract/src/realtime.ts'),
    '# Endpoints',
    [
      'The same contract as OpenAPI 3.1 is at `/api/openapi.json`. Beside the problems named here, every endpoint may',
      'answer with those marked “everywhere” in [errors.md](errors.md). Times are milliseconds since 1970 in UTC.',
    ].join('\n'),
    ...http,
    '## Messages of the socket',
    'Sent over `/realtime`, each with an `id`, and answered by a `result` or a `problem` with the same `id`.',
    ...socket,
  ]);
}

function endpointText(endpoint: Endpoint): string {
  const bytes = isBytesBody(endpoint.body) ? endpoint.body : undefined;
  const json = isBytesBody(endpoint.body) ? undefined : endpoint.body;
  return [
    `### ${endpoint.method} ${endpoint.path.replaceAll('{', '\\{')}`,
    endpoint.summary,
    [
      accessText(endpoint.access),
      ...(endpoint.needsStepUp === true ? ['Needs a password that was given lately.'] : []),
      `Rate: ${endpoint.rate}.`,
      ...(endpoint.duringConflict === true ? ['Works during a session conflict.'] : []),
    ].join(' '),
    ...inputText('In the path', endpoint.params),
    ...inputText('In the query', endpoint.query),
    ...inputText('In the body', json),
    ...(endpoint.mediaType === undefined ? [] : [`The body is JSON of type ${code(endpoint.mediaType)}.`]),
    ...(bytes
      ? [
          `The body is a file of type ${bytes.bytes.map(code).join(' or ')}, of at most ${bytes.maxBytes} bytes.`,
        ]
      : []),
    ...outputText(`Answers ${endpoint.status ?? 200}`, endpoint.reply),
    ...problemsText(endpoint.problems),
  ].join('\n\n');
}

function messageText(message: SocketMessage): string {
  return [
    `### ${message.type}`,
    message.summary,
    accessText(message.access),
    ...inputText('Fields', message.body),
    ...outputText('Result', message.reply),
    ...problemsText(message.problems),
  ].join('\n\n');
}

function accessText(access: Access): string {
  if (access === 'anyone') return 'For anyone.';
  return access === 'signed-in' ? 'For anyone signed in.' : `For people who have ${code(access.can)}.`;
}

function inputText(title: string, schema: z.core.$ZodObject | undefined): string[] {
  const fields = schema ? fieldsOf(schema) : [];
  if (fields.length === 0) return [];
  const row = ({ name, type, required }: Field): string[] => [
    code(name),
    required ? 'required' : 'optional',
    code(type),
  ];
  return [table([title, '', 'what it takes'], fields.map(row))];
}

function outputText(title: string, schema: z.core.$ZodType): string[] {
  const text = replyText(schema);
  return text.includes('\n') ? [`${title}:`, `\`\`\`ts\n${text}\n\`\`\``] : [`${title}: ${code(text)}`];
}

function problemsText(codes: readonly string[]): string[] {
  if (codes.length === 0) return [];
  return [`Problems: ${codes.map((name) => `[${name}](errors.md#${name})`).join(', ')}`];
}
