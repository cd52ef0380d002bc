/**
 * The rules of "no silent error", as code that breaks them and code that does not. `error-rules.test.ts` runs the
 * checkers of `npm run check` over all of it.
 */

/** One rule: who enforces it, what it must find, and what it must leave alone. */
export interface ErrorRule {
  readonly title: string;
  /** The step of `npm run check` that finds it, and the rule's name in that step's output. */
  readonly by: readonly [step: 'lint' | 'promises' | 'ratchet', rule: string];
  readonly caught: readonly string[];
  readonly passes: readonly string[];
}

/** What the snippets are about; the same shapes as in the tree, of which the checkers need the types. */
export const parts = `
export declare function call(path: string): Promise<readonly string[]>;
export interface Client { call<const E>(endpoint: E): Promise<E>; }
export declare const client: Client;
export declare const perform: Client['call'];
export declare class Store { save(): Promise<void>; }
export declare const store: Store;
export declare const maybe: { go(): Promise<void> } | undefined;
export declare function report(failure: unknown): void;
export declare function silence(error: unknown, because: string): void;
export declare function useAsk(): { data?: readonly string[] };
export declare const socket: { on(event: string, then: (error: Error) => void): void };
export declare const z: { catch(schema: unknown, value: unknown): unknown };
export declare const schema: { catch(value: unknown): unknown };
export declare const list: readonly string[];
export declare const ready: boolean;
`;

const floating = 'typescript(no-floating-promises)';
const misused = 'typescript(no-misused-promises)';

export const errorRules: readonly ErrorRule[] = [
  {
    title: 'no floating promise',
    by: ['promises', floating],
    caught: [
      `call('/x');`,
      `perform('/x');`,
      `client.call('/x');`,
      `store\n  .save();`,
      `maybe?.go();`,
      `fetch('/x');`,
      `import('./parts.ts');`,
      `call('/x').then((all) => report(all));`,
      `call('/x')\n  .then((all) => all.length)\n  .finally(() => report('done'));`,
      `store.save().finally(() => report('done'));`,
      `Promise.all([call('/x'), call('/y')]);`,
      `Promise.reject(new Error('x'));`,
      `new Promise((resolve) => resolve(1));`,
      `if (ready) call('/x');\nelse perform('/x');`,
      `ready && call('/x');`,
      `(async () => {\n  await call('/x');\n})();`,
      `for (const path of list) call(path);`,
      `list.map((path) => call(path));`,
      `list.map(async (path) => {\n  await call(path);\n});`,
      `export const View = () => <button type="button" onClick={() => {\n  store.save();\n}}>x</button>;`,
    ],
    passes: [
      `await call('/x');`,
      `call('/x').catch(report);`,
      `call('/x').then((all) => report(all), report);`,
      `export const later = call('/x');`,
      `await Promise.all(list.map((path) => call(path)));`,
      `store\n  .save()\n  .finally(() => report('done'))\n  .catch((failure: unknown) => report(failure));`,
    ],
  },
  {
    title: 'no promise where nobody waits for one',
    by: ['promises', misused],
    caught: [
      `list.forEach(async (path) => {\n  await call(path);\n});`,
      `addEventListener('focus', async () => {\n  await store.save();\n});`,
      `if (store.save()) report('saved');`,
      `export const View = () => <button type="button" onClick={async () => {\n  await store.save();\n}}>x</button>;`,
      `export const View = () => <button type="button" onClick={() => store.save()}>x</button>;`,
      `socket.on('message', async () => store.save());`,
    ],
    passes: [
      `setTimeout(() => {\n  call('/x').catch(report);\n}, 1);`,
      `export const View = () => <button type="button" onClick={() => {\n  store.save().catch(report);\n}}>x</button>;`,
    ],
  },
  {
    title: 'no promise that a timer runs',
    by: ['ratchet', 'silence'],
    caught: [
      `setTimeout(async () => {\n  await call('/x');\n}, 1);`,
      `const ask = async () => {\n  await call('/x');\n};\nsetInterval(ask, 1_000);`,
    ],
    passes: [`setTimeout(() => {\n  call('/x').catch(report);\n}, 1);`],
  },
  {
    title: 'no void promise',
    by: ['lint', 'lint/complexity/noVoid'],
    caught: [
      `void call('/x');`,
      `void (async () => {\n  await call('/x');\n})();`,
      `list.map((path) => void call(path));`,
      `export const go = () => {\n  return void store.save();\n};`,
      `ready && void call('/x');`,
      `export const View = () => <button type="button" onClick={() => void store.save()}>x</button>;`,
    ],
    passes: [`export function go(): void {\n  report('x');\n}`],
  },
  {
    title: 'no empty block',
    by: ['lint', 'lint/suspicious/noEmptyBlockStatements'],
    caught: [
      `try {\n  await call('/x');\n} catch {}`,
      `call('/x').catch(() => {});`,
      `call('/x').then(report, function () {});`,
    ],
    passes: [`try {\n  await call('/x');\n} catch (failure) {\n  report(failure);\n}`],
  },
  {
    title: 'no empty catch, and none that goes on without its error',
    by: ['ratchet', 'silence'],
    caught: [
      `try {\n  await call('/x');\n} catch {}`,
      `try {\n  await call('/x');\n} catch (failure) {}`,
      `try {\n  await call('/x');\n} catch (failure) {\n  // Never mind.\n}`,
      `try {\n  await call('/x');\n} catch {\n  /* never mind */\n}`,
      `export async function all() {\n  try {\n    return await call('/x');\n  } catch {\n    return [];\n  }\n}`,
      `export const all = async () => {\n  try {\n    return await call('/x');\n  } catch (failure) {\n    return null;\n  }\n};`,
      `export async function all() {\n  let found: readonly string[] = [];\n  try {\n    found = await call('/x');\n  } catch (_) {\n    found = [];\n  }\n  return found;\n}`,
      `try {\n  await call('/x');\n} catch (failure) {\n  console.error('oh', failure);\n}`,
      `try {\n  await call('/x');\n} catch (failure) {\n  report({ failure: 'none' });\n}`,
    ],
    passes: [
      `try {\n  await call('/x');\n} catch (failure) {\n  report(failure);\n}`,
      `try {\n  await call('/x');\n} catch (failure) {\n  throw new Error('not asked', { cause: failure });\n}`,
      `try {\n  await call('/x');\n} catch {\n  throw new TypeError('not asked');\n}`,
      `try {\n  await call('/x');\n} catch ({ message }) {\n  report(message);\n}`,
      `export async function all() {\n  try {\n    return await call('/x');\n  } catch (failure) {\n    if (failure instanceof TypeError) return [];\n    throw failure;\n  }\n}`,
    ],
  },
  {
    title: 'no rejection handler that goes on without its error, and no default value from a failed call',
    by: ['ratchet', 'silence'],
    caught: [
      `await call('/x').catch(() => {});`,
      `await call('/x').catch(async () => {});`,
      `await call('/x').catch(function () {});`,
      `await call('/x').catch(() => undefined);`,
      `await call('/x').catch(() => null);`,
      `await call('/x').catch(() => false);`,
      `await call('/x').catch(() => []);`,
      `await call('/x').catch(() => ({}));`,
      `await call('/x').catch(async () => 'none');`,
      `await call('/x').catch((_failure) => list);`,
      `await call('/x')\n  .then((all) => all.length)\n  .catch(() => 0);`,
      `await call('/x').catch(() => {\n  return [];\n});`,
      `await call('/x').catch((failure: unknown) => console.error(failure));`,
      `await call('/x').catch(undefined);`,
      `await call('/x').catch(Boolean);`,
      `const noop = () => {};\nawait call('/x').catch(noop);`,
      `function none() {\n  return [];\n}\nawait call('/x').then(report, none);`,
      `await call('/x')['catch'](() => {});`,
      `await call('/x').then(report, () => {});`,
      `await call('/x').then((all) => all, () => []);`,
      `await call('/x').then(\n  (all) => all,\n  async () => [],\n);`,
      `export const schemaOf = schema.catch('none');`,
      `export const schemaOf = z.catch(schema, []);`,
      `await Promise.allSettled([call('/x')]);`,
      `export const View = () => <button type="button" onClick={() => {\n  store.save().catch(() => {});\n}}>x</button>;`,
    ],
    passes: [
      `await call('/x').catch(report);`,
      `await call('/x').catch((failure: unknown) => {\n  report(failure);\n  return [];\n});`,
      `await call('/x').catch(() => {\n  throw new TypeError('not asked');\n});`,
      `await call('/x').then(report, (failure: unknown) => report(failure));`,
      `const tell = (failure: unknown) => report(failure);\nawait call('/x').catch(tell);`,
      `await call('/x').then((all) => all.length);`,
      `for (const outcome of await Promise.allSettled([call('/x')])) report(outcome);`,
    ],
  },
  {
    title: 'no default for an answer that did not come',
    by: ['ratchet', 'silence'],
    caught: [
      `export function useAll() {\n  const { data = [] } = useAsk();\n  return data;\n}`,
      `export function useAll() {\n  return useAsk().data ?? [];\n}`,
      `export function useAll() {\n  const asked = useAsk();\n  return asked?.data || [];\n}`,
      `export const View = () => <p>{(useAsk().data ?? []).length}</p>;`,
    ],
    passes: [
      `export function useAll() {\n  const { data } = useAsk();\n  return data;\n}`,
      `export const View = () => <p>{useAsk().data?.length ?? 'not known'}</p>;`,
    ],
  },
  {
    title: 'no listener for failures that does nothing',
    by: ['ratchet', 'silence'],
    caught: [
      `socket.on('error', () => {});`,
      `socket.on('error', () => undefined);`,
      `addEventListener('unhandledrejection', function () {});`,
      `const noop = () => {};\nsocket.on('error', noop);`,
    ],
    passes: [`socket.on('error', report);`, `socket.on('close', () => report('closed'));`],
  },
  {
    title: 'a deliberate silence has its error and a reason that can be judged',
    by: ['ratchet', 'silence'],
    caught: [
      `await call('/x').catch((failure: unknown) => silence(failure, ''));`,
      `await call('/x').catch((failure: unknown) => silence(failure, 'not important'));`,
      `await call('/x').catch((failure: unknown) => silence(failure, String(failure)));`,
      `export const quiet = (failure: unknown, because: string) => silence(failure, because);`,
      `try {\n  await call('/x');\n} catch {\n  silence(undefined, 'nobody has to be told of this at all');\n}`,
    ],
    passes: [
      `await call('/x').catch((failure: unknown) => silence(failure, 'it is only counted, and the person is told anyway'));`,
      `const because = 'without storage the page forgets, as it says';\ntry {\n  await call('/x');\n} catch (failure) {\n  silence(failure, because);\n}`,
    ],
  },
  {
    title: 'no finally that swallows',
    by: ['lint', 'lint/correctness/noUnsafeFinally'],
    caught: [
      `export async function all() {\n  try {\n    return await call('/x');\n  } finally {\n    return [];\n  }\n}`,
    ],
    passes: [
      `export async function all() {\n  try {\n    return await call('/x');\n  } finally {\n    report('done');\n  }\n}`,
    ],
  },
  {
    title: 'no promise whose own failure is lost',
    by: ['lint', 'lint/suspicious/noAsyncPromiseExecutor'],
    caught: [`export const later = new Promise(async (resolve) => {\n  resolve(await call('/x'));\n});`],
    passes: [`export const later = new Promise((resolve) => {\n  resolve(1);\n});`],
  },
  {
    title: 'no way around a checker',
    by: ['ratchet', 'suppression'],
    // Spelled in two parts: this file is itself under the rule that it tries out.
    caught: [
      `// biome-${'ignore'} lint/complexity/noVoid: no\nvoid call('/x');`,
      `// biome-${'ignore'}-all lint/complexity/noVoid: no\nvoid call('/x');`,
      `/* eslint-${'disable'} */\ncall('/x');`,
      `// eslint-${'disable'}-next-line typescript/no-floating-promises\ncall('/x');`,
      `call('/x'); // oxlint-${'disable'}-line`,
      `// @ts-${'ignore'}\ncall(1);`,
      `// @ts-${'expect-error'}: no\ncall(1);`,
      `// @ts-${'nocheck'}\ncall(1);`,
      `export const View = () => <p>{/* biome-${'ignore'} lint: no */}</p>;`,
    ],
    passes: [`export const says = '@ts-${'ignore'}';`, `// Errors are not ignored here.\nawait call('/x');`],
  },
];
