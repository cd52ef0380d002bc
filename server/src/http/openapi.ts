/** OpenAPI 3.1, generated from the contract. */
import { type Endpoint, isBytesBody } from '@slipmat/contract/endpoint';
import { endpoints } from '@slipmat/contract/endpoints';
import { Problem, problems, sharedProblems } from '@slipmat/contract/problems';
import { z } from 'zod';

type Json = Record<string, unknown>;

function schemaOf(schema: z.core.$ZodType, io: 'input' | 'output'): Json {
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return json;
}

function parametersOf(schema: z.core.$ZodObject | undefined, place: 'path' | 'query'): Json[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
  }));
}

function bodyOf(endpoint: Endpoint): Json {
  const { body } = endpoint;
  if (body === undefined) return {};
  const content = isBytesBody(body)
    ? Object.fromEntries(body.bytes.map((type) => [type, { schema: { type: 'string', format: 'binary' } }]))
    : { [endpoint.mediaType ?? 'application/json']: { schema: schemaOf(body, 'input') } };
  return { requestBody: { required: true, content } };
}

/** Problems by status: one response each, with the codes that it may carry. */
function problemsOf(endpoint: Endpoint): Json {
  const codes = [...new Set([...endpoint.problems, ...sharedProblems])];
  const byStatus = Map.groupBy(codes, (code) => String(problems[code].status));
  return Object.fromEntries(
    [...byStatus].map(([status, list]) => [
      status,
      {
        description: list.join(', '),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  );
}

function operation(feature: string, name: string, endpoint: Endpoint): Json {
  return {
    operationId: `${feature}.${name}`,
    tags: [feature],
    summary: endpoint.summary,
    ...(endpoint.access === 'anyone' ? {} : { security: [{ session: [] }] }),
    parameters: [...parametersOf(endpoint.params, 'path'), ...parametersOf(endpoint.query, 'query')],
    ...bodyOf(endpoint),
    responses: {
      [String(endpoint.status ?? 200)]: {
        description: 'Success',
        content: { 'application/json': { schema: schemaOf(endpoint.reply, 'output') } },
      },
      ...problemsOf(endpoint),
    },
  };
}

/** @param origin such as https://radio.example */
export function openApi(origin: string): Json {
  const paths: Record<string, Json> = {};
  for (const [feature, list] of Object.entries<Readonly<Record<string, Endpoint>>>(endpoints)) {
    for (const [name, endpoint] of Object.entries(list)) {
      paths[endpoint.path] = {
        ...paths[endpoint.path],
        [endpoint.method.toLowerCase()]: operation(feature, name, endpoint),
      };
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Slipmat',
      version: '1',
      description: 'A place where DJs play live and people listen together.',
    },
    servers: [{ url: origin }],
    paths,
    components: {
      schemas: { Problem: schemaOf(Problem, 'output') },
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: '__Host-slipmat', description: 'Set by signing in.' },
      },
    },
  };
}
