/**
 * Every way the web part talks to the server, found in its source: a call that is written today is in the list
 * today, and the walk fails until a scene makes it fail.
 */
import { globSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ESTree, parseSync, Visitor } from 'vite';

const source = fileURLToPath(new URL('../../web/src', import.meta.url));

/** Functions whose first argument is an endpoint. */
const asking: ReadonlySet<string> = new Set([
  'useAsk',
  'useAct',
  'useEntering',
  'askingOf',
  'call',
  'perform',
  'hear',
]);

/** Browser functions that reach the network without any of ours. */
const reaching: ReadonlySet<string> = new Set([
  'fetch',
  'sendBeacon',
  'EventSource',
  'XMLHttpRequest',
  'Audio',
]);

/** Modules that pass on what others ask; whoever uses them is in the list by the endpoint named there. */
const plumbing: ReadonlySet<string> = new Set([
  'api/client.ts: endpoint',
  'api/queries.ts: endpoint',
  'api/use-asked.ts: endpoint',
  'api/entering.ts: endpoint',
  'features/sessions/services.ts: endpoint',
  'api/client.ts: fetch',
]);

/** What the source does where. `place` is `<module>: <what is called>`. */
export interface Declared {
  readonly place: string;
  readonly line: number;
}

export interface Silence {
  /** `<module>: <the reason as it stands there>` */
  readonly place: string;
}

interface Found {
  readonly calls: readonly Declared[];
  readonly silences: readonly Silence[];
}

/** All calls and deliberate silences of the web part, tests left out. */
export function declaredCalls(): Found {
  const files = globSync('**/*.{ts,tsx}', { cwd: source }).filter(
    (file) => !/\.test\.tsx?$/.test(file) && !/(^|\/)fake-[\w-]+\.ts$/.test(file),
  );
  const found = files.sort().map((file) => callsOf(relative(source, join(source, file))));
  return { calls: found.flatMap(({ calls }) => calls), silences: found.flatMap(({ silences }) => silences) };
}

function callsOf(file: string): Found {
  const text = readFileSync(join(source, file), 'utf8');
  const { program } = parseSync(file, text);
  const constants = constantsOf(program);
  const calls: Declared[] = [];
  const silences: Silence[] = [];
  const add = (node: { readonly start: number }, what: string): void => {
    const place = `${file}: ${what}`;
    if (!plumbing.has(place)) calls.push({ place, line: text.slice(0, node.start).split('\n').length });
  };
  new Visitor({
    CallExpression(node) {
      const name = nameOf(node.callee);
      const [first, second] = node.arguments;
      if (name === 'silence' && second !== undefined)
        silences.push({ place: `${file}: ${textOf(second, constants)}` });
      if (name !== undefined && reaching.has(name)) add(node, name);
      if (first === undefined || name === undefined) return;
      if (asking.has(name)) for (const each of choices(first)) add(node, wordsOf(each, constants));
      if (name === 'useTopic' || name === 'follow') addTopic(node, first);
      const words = wordsOf(first, constants);
      if (name === 'send' && /Messages\b/.test(words)) add(node, words);
    },
    NewExpression(node) {
      const name = nameOf(node.callee);
      if (name !== undefined && reaching.has(name)) add(node, name);
    },
    ImportExpression(node) {
      // Every page goes through `lazyPage`; the walk opens all of them.
      if (/(?:^|-)routes\.tsx$/.test(file)) add(node, 'import of a page');
      else if (node.source.type === 'Literal') add(node, `import ${String(node.source.value)}`);
    },
  }).visit(program);
  return { calls, silences };

  function addTopic(node: { readonly start: number }, topic: ESTree.Node): void {
    // Pieces of the protocol, which name no topic themselves.
    if (file.startsWith('api/')) return;
    const name =
      topic.type === 'TemplateLiteral' ? `${topic.quasis[0]?.value.cooked ?? ''}…` : textOf(topic, constants);
    add(node, `topic ${name}`);
  }
}

function nameOf(callee: ESTree.Node): string | undefined {
  if (callee.type === 'Identifier') return callee.name;
  if (callee.type !== 'MemberExpression' || callee.computed) return undefined;
  return callee.property.type === 'Identifier' ? callee.property.name : undefined;
}

function constantsOf(program: ESTree.Program): ReadonlyMap<string, ESTree.Node> {
  const constants = new Map<string, ESTree.Node>();
  new Visitor({
    VariableDeclaration(node) {
      if (node.kind !== 'const') return;
      for (const { id, init } of node.declarations)
        if (id.type === 'Identifier' && init) constants.set(id.name, init);
    },
  }).visit(program);
  return constants;
}

/** Both sides of `which ? one : other`. */
function choices(node: ESTree.Node): readonly ESTree.Node[] {
  return node.type === 'ConditionalExpression'
    ? [...choices(node.consequent), ...choices(node.alternate)]
    : [node];
}

/** `accountsEndpoints.find`, or `eventsEndpoints[kind]` where one line stands for several. */
function wordsOf(node: ESTree.Node, constants: ReadonlyMap<string, ESTree.Node>): string {
  if (node.type === 'Identifier') {
    const value = constants.get(node.name);
    return value === undefined ? node.name : wordsOf(value, constants);
  }
  if (node.type !== 'MemberExpression' || node.object.type !== 'Identifier') return node.type;
  const property = node.property.type === 'Identifier' ? node.property.name : '?';
  return node.computed ? `${node.object.name}[${property}]` : `${node.object.name}.${property}`;
}

function textOf(node: ESTree.Node, constants: ReadonlyMap<string, ESTree.Node>): string {
  if (node.type === 'Literal') return String(node.value);
  const value = node.type === 'Identifier' ? constants.get(node.name) : undefined;
  return value === undefined ? node.type : textOf(value, constants);
}
