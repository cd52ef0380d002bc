/**
 * Every way to lose an error without saying so that the linters do not know. The one way that is left is
 * `silence(error, because)`, with a reason that a person can judge.
 */
import { type ESTree, Visitor } from 'vite';
import type { Finding, SourceModule } from './source-tree.ts';

/** Which argument of a promise's method is called when it fails. */
const REJECTION_HANDLER: ReadonlyMap<string, number> = new Map([
  ['catch', 0],
  ['then', 1],
]);

/** Methods that take what is called with an event. */
const LISTENING: ReadonlySet<string> = new Set(['on', 'once', 'addListener', 'addEventListener']);

/** Events that carry a failure nobody has handled. */
const FAILURES: ReadonlySet<string> = new Set([
  'error',
  'rejectionhandled',
  'unhandledRejection',
  'unhandledrejection',
  'uncaughtException',
  'uncaughtExceptionMonitor',
]);

/** What runs a function later and looks at nothing that comes back. */
const TIMERS: ReadonlySet<string> = new Set([
  'setTimeout',
  'setInterval',
  'setImmediate',
  'requestIdleCallback',
]);

/** A reason has room for who is not told and why that is right. Words. */
const REASON_WORDS = 5;

/** Packages whose `catch` stands in for a value that did not parse. */
const REPLACING: ReadonlySet<string> = new Set(['z']);

type Add = (node: { readonly start: number }, says: string) => void;

/** Findings of one module. */
export function silenceRules(module: SourceModule): Finding[] {
  const findings: Finding[] = [];
  const add: Add = (node, says) => {
    findings.push({ path: module.path, line: module.lineAt(node.start), rule: 'silence', says });
  };
  const names = namesIn(module.program);
  const constants = constantsOf(module.program);
  new Visitor({
    CatchClause: (node) => catchClause(node, names, add),
    CallExpression(node) {
      rejectionHandler(node, names, constants, add);
      failureListener(node, constants, add);
      settled(node, names, add);
      timer(node, constants, add);
      reason(node, constants, add);
    },
    VariableDeclarator: (node) => unansweredDefault(node, add),
    LogicalExpression: (node) => unansweredFallback(node, add),
  }).visit(module.program);
  return findings;
}

/** Where names are read, where something is thrown, and which names are only written to a console. */
interface Names {
  /** Whether the name is used for more than a line in the console between these two places. */
  readonly uses: (name: string, within: Span) => boolean;
  /** Whether something is thrown there. */
  readonly throws: (within: Span) => boolean;
  /** Whether the result of this call is thrown away. */
  readonly discards: (call: Span) => boolean;
}

type Span = { readonly start: number; readonly end: number };

function inside(at: Span, within: Span): boolean {
  return at.start >= within.start && at.end <= within.end;
}

function namesIn(program: ESTree.Program): Names {
  const read = new Map<string, Span[]>();
  const labels = new Set<number>();
  const consoles: Span[] = [];
  const thrown: Span[] = [];
  const discarded = new Set<number>();
  new Visitor({
    Identifier(node) {
      const spans = read.get(node.name) ?? [];
      spans.push(node);
      read.set(node.name, spans);
    },
    MemberExpression(node) {
      if (!node.computed) labels.add(node.property.start);
    },
    Property(node) {
      if (!node.computed && !node.shorthand) labels.add(node.key.start);
    },
    CallExpression(node) {
      const { callee } = node;
      if (callee.type !== 'MemberExpression' || callee.object.type !== 'Identifier') return;
      if (callee.object.name === 'console') consoles.push(node);
    },
    ThrowStatement: (node) => {
      thrown.push(node);
    },
    ExpressionStatement({ expression }) {
      discarded.add((expression.type === 'AwaitExpression' ? expression.argument : expression).start);
    },
  }).visit(program);
  return {
    uses: (name, within) =>
      (read.get(name) ?? []).some(
        (span) =>
          inside(span, within) &&
          !labels.has(span.start) &&
          !consoles.some((call) => inside(call, within) && inside(span, call)),
      ),
    throws: (within) => thrown.some((span) => inside(span, within)),
    discards: (call) => discarded.has(call.start),
  };
}

/** What the names that this module declares once and for all stand for. */
function constantsOf(program: ESTree.Program): ReadonlyMap<string, ESTree.Node> {
  const constants = new Map<string, ESTree.Node>();
  new Visitor({
    VariableDeclaration(node) {
      if (node.kind !== 'const') return;
      for (const { id, init } of node.declarations) {
        if (id.type === 'Identifier' && init) constants.set(id.name, init);
      }
    },
    FunctionDeclaration(node) {
      if (node.id) constants.set(node.id.name, node);
    },
  }).visit(program);
  return constants;
}

/** A name's value where the module says it, else the node itself. */
function meaningOf(node: ESTree.Node, constants: ReadonlyMap<string, ESTree.Node>): ESTree.Node {
  return node.type === 'Identifier' ? (constants.get(node.name) ?? node) : node;
}

/** Names that a pattern binds. */
function bound(pattern: ESTree.Node | null | undefined): string[] {
  switch (pattern?.type) {
    case 'Identifier':
      return [pattern.name];
    case 'ObjectPattern':
      return pattern.properties.flatMap((part) =>
        bound(part.type === 'RestElement' ? part.argument : part.value),
      );
    case 'ArrayPattern':
      return pattern.elements.flatMap(bound);
    case 'AssignmentPattern':
      return bound(pattern.left);
    default:
      return [];
  }
}

function catchClause(node: ESTree.CatchClause, names: Names, add: Add): void {
  if (node.body.body.length === 0) {
    add(node, 'an empty catch; handle the error or call silence(error, because)');
    return;
  }
  const isUsed = bound(node.param).some((name) => names.uses(name, node.body));
  if (!isUsed && !names.throws(node.body))
    add(node, 'a catch that goes on without its error; look at it, throw, or call silence(error, because)');
}

function propertyName(node: ESTree.Node): string | undefined {
  if (node.type !== 'MemberExpression') return undefined;
  if (node.property.type === 'Identifier' && !node.computed) return node.property.name;
  return node.property.type === 'Literal' && typeof node.property.value === 'string'
    ? node.property.value
    : undefined;
}

/** What is called, without what it is called on. */
function calledName({ callee }: ESTree.CallExpression): string | undefined {
  return callee.type === 'Identifier' ? callee.name : propertyName(callee);
}

function rejectionHandler(
  node: ESTree.CallExpression,
  names: Names,
  constants: ReadonlyMap<string, ESTree.Node>,
  add: Add,
): void {
  const method = propertyName(node.callee);
  const at = method === undefined ? undefined : REJECTION_HANDLER.get(method);
  const given = at === undefined ? undefined : node.arguments[at];
  if (given === undefined) return;
  const isReplacing =
    node.callee.type === 'MemberExpression' &&
    node.callee.object.type === 'Identifier' &&
    REPLACING.has(node.callee.object.name);
  const handler = meaningOf(isReplacing ? (node.arguments[1] ?? given) : given, constants);
  if (isFunction(handler)) {
    if (!handlesFailure(handler, names))
      add(given, 'a rejection handler that goes on without its error; call silence(error, because)');
  } else if (isReplacing || isConstant(handler)) {
    add(given, 'a value in place of a failure; handle the error or call silence(error, because)');
  }
}

function isFunction(node: ESTree.Node): node is ESTree.Function | ESTree.ArrowFunctionExpression {
  return ['ArrowFunctionExpression', 'FunctionExpression', 'FunctionDeclaration'].includes(node.type);
}

function handlesFailure(handler: ESTree.Function | ESTree.ArrowFunctionExpression, names: Names): boolean {
  const { body } = handler;
  if (!body) return true;
  const [first] = handler.params;
  const failure = first?.type === 'RestElement' ? first.argument : first;
  const isUsed = bound(failure?.type === 'TSParameterProperty' ? failure.parameter : failure).some((name) =>
    names.uses(name, body),
  );
  return isUsed || names.throws(body);
}

/** Values that no failure is in. */
function isConstant(node: ESTree.Node): boolean {
  switch (node.type) {
    case 'Literal':
    case 'ObjectExpression':
    case 'ArrayExpression':
    case 'TemplateLiteral':
      return true;
    case 'Identifier':
      return node.name === 'undefined' || node.name === 'Boolean' || /^noop$/i.test(node.name);
    default:
      return false;
  }
}

function failureListener(
  node: ESTree.CallExpression,
  constants: ReadonlyMap<string, ESTree.Node>,
  add: Add,
): void {
  if (!LISTENING.has(calledName(node) ?? '')) return;
  const [event, listener] = node.arguments;
  if (event?.type !== 'Literal' || typeof event.value !== 'string' || !FAILURES.has(event.value)) return;
  if (listener && doesNothing(meaningOf(listener, constants)))
    add(listener, 'a listener for failures that does nothing; call silence(error, because)');
}

function doesNothing(node: ESTree.Node): boolean {
  if (node.type === 'FunctionExpression' || node.type === 'FunctionDeclaration')
    return node.body?.body.length === 0;
  if (node.type !== 'ArrowFunctionExpression') return false;
  const { body } = node;
  return body.type === 'BlockStatement' ? body.body.length === 0 : isConstant(body);
}

function settled(node: ESTree.CallExpression, names: Names, add: Add): void {
  if (propertyName(node.callee) === 'allSettled' && names.discards(node))
    add(node, 'allSettled keeps the failures in its result; look at them, or use Promise.all');
}

/** The types of browsers let timers take any function, so that the linter cannot tell that nobody waits for it. */
function timer(node: ESTree.CallExpression, constants: ReadonlyMap<string, ESTree.Node>, add: Add): void {
  const [then] = node.arguments;
  if (!TIMERS.has(calledName(node) ?? '') || then === undefined) return;
  const task = meaningOf(then, constants);
  if (isFunction(task) && task.async)
    add(then, 'a timer does not wait for a promise; call what it runs and catch its failure');
}

/** `silence` itself: its first argument is what failed, its second says why nobody is told. */
function reason(node: ESTree.CallExpression, constants: ReadonlyMap<string, ESTree.Node>, add: Add): void {
  if (node.callee.type !== 'Identifier' || node.callee.name !== 'silence' || node.arguments.length !== 2)
    return;
  const [error, because] = node.arguments;
  if (error && isConstant(error)) add(node, 'silence takes the error itself, so that it can be looked at');
  const value = because && meaningOf(because, constants);
  const text = value?.type === 'Literal' && typeof value.value === 'string' ? value.value : undefined;
  if (text === undefined) add(node, 'the reason of silence is a text written here, not one made elsewhere');
  else if (text.trim().split(/\s+/).length < REASON_WORDS)
    add(node, `the reason of silence says who is not told and why, in at least ${REASON_WORDS} words`);
}

/** `const { data = [] } = useAsk(…)`: a list that could not be asked for looks like an empty one. */
function unansweredDefault({ id, init }: ESTree.VariableDeclarator, add: Add): void {
  if (id.type !== 'ObjectPattern' || init?.type !== 'CallExpression' || !isHook(init.callee)) return;
  for (const part of id.properties) {
    if (part.type !== 'Property' || part.key.type !== 'Identifier' || part.key.name !== 'data') continue;
    if (part.value.type === 'AssignmentPattern')
      add(part, 'a default for an answer that did not come; draw its failed state');
  }
}

/** `useAsk(…).data ?? []` and `asked.data ?? []`. */
function unansweredFallback(node: ESTree.LogicalExpression, add: Add): void {
  const left = node.left.type === 'ChainExpression' ? node.left.expression : node.left;
  if (node.operator === '&&' || propertyName(left) !== 'data') return;
  if (['ArrayExpression', 'ObjectExpression'].includes(node.right.type))
    add(node, 'a default for an answer that did not come; draw its failed state');
}

function isHook(callee: ESTree.Node): boolean {
  return callee.type === 'Identifier' && /^use[A-Z]/.test(callee.name);
}
