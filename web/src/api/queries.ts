/** Server state on screen: the query client, and hooks over the contract's endpoints. */
import type { Endpoint, ReplyOf } from '@slipmat/contract/endpoint';
import {
  MutationCache,
  QueryCache,
  QueryClient,
  type QueryKey,
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
} from '@tanstack/react-query';
import { alsoAsk, freshFor } from './asking.ts';
import { type CallArguments, type CallInput, type LooseInput, perform } from './client.ts';
import { nextAttempt } from './next-attempt.ts';
import { problemCentre } from './problem-centre.ts';
import type { ProblemError } from './problem-error.ts';
import { withStepUp } from './step-up.ts';

declare module '@tanstack/react-query' {
  interface Register {
    defaultError: ProblemError;
    queryMeta: FailureMeta;
    mutationMeta: FailureMeta;
  }
}

type FailureMeta = {
  /** Which part of the page this is for, in words for people. */
  where?: string;
  /** True when that part shows failures itself; otherwise they float. */
  shown?: boolean;
  /** True for what is not asked again when somebody signs in or out, because asking costs or changes something. */
  once?: boolean;
};

function report(failure: unknown, meta: FailureMeta | undefined): void {
  problemCentre.report(failure, meta?.where ?? 'this page', { shown: meta?.shown === true });
}

/** Makes the page's query client. Failures go to the problem centre. */
export function createQueries(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({ onError: (failure, query) => report(failure, query.meta) }),
    mutationCache: new MutationCache({
      onError: (failure, _variables, _result, mutation) => report(failure, mutation.meta),
    }),
    defaultOptions: {
      queries: {
        networkMode: 'always',
        retry: false,
        staleTime: freshFor,
        refetchInterval: (query) => nextAttempt(query.state.error, query.state.errorUpdateCount),
      },
      mutations: { networkMode: 'always', retry: false },
    },
  });
}

/** The page's query client. */
export const queries = createQueries();

alsoAsk({
  forget: () => queries.removeQueries({ type: 'inactive' }),
  askAgain: () => queries.invalidateQueries({ predicate: (query) => query.meta?.once !== true }),
});

/** Where the answer of a call is kept; with no input, the beginning of all keys of the endpoint. */
export function keyOf(endpoint: Endpoint, input?: { params?: unknown; query?: unknown }): QueryKey {
  const name = `${endpoint.method} ${endpoint.path}`;
  return input === undefined ? [name] : [name, input.params ?? null, input.query ?? null];
}

export interface AskOptions extends FailureMeta {
  /** False: not yet. */
  readonly enabled?: boolean;
  /** Milliseconds between questions while the page is looked at. */
  readonly every?: number;
}

/**
 * The answer of an endpoint that reads, kept on screen while it is asked again.
 * @param input `undefined` where the endpoint takes none.
 * @param options say `where` it is for, and `shown: true` when it is drawn by a `Region`.
 */
export function useAsk<const E extends Endpoint>(
  endpoint: E,
  input: CallArguments<E>[0],
  options: AskOptions = {},
): UseQueryResult<ReplyOf<E>, ProblemError> {
  const { enabled, every, ...meta } = options;
  const given: LooseInput = input ?? {};
  return useQuery<ReplyOf<E>, ProblemError>({
    queryKey: keyOf(endpoint, given),
    queryFn: ({ signal }) => perform(endpoint, { ...given, signal }),
    meta,
    ...(enabled === undefined ? {} : { enabled }),
    ...(every === undefined
      ? {}
      : {
          refetchInterval: (query) =>
            query.state.error === null ? every : nextAttempt(query.state.error, query.state.errorUpdateCount),
        }),
  });
}

/**
 * An act on an endpoint. Its failure is kept until the next attempt and told to the problem centre; where it needs the
 * person's password, they are asked for it.
 * @param options as for `useAsk`; `shown: true` when the form shows the failure.
 */
export function useAct<const E extends Endpoint>(
  endpoint: E,
  options: FailureMeta = {},
): UseMutationResult<ReplyOf<E>, ProblemError, CallInput<E>> {
  return useMutation<ReplyOf<E>, ProblemError, CallInput<E>>({
    mutationFn: (input) => withStepUp(() => perform(endpoint, input)),
    meta: options,
  });
}
