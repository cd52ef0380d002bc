/** "Am I really signed in?": asks every part of the site, shows what they say, and puts it right. */
import { sessionsEndpoints } from '@slipmat/contract/sessions';
import { type UseMutationResult, useMutation, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { call } from '../../api/client.ts';
import { identityChanged, identityChanges } from '../../api/identity-change.ts';
import { problemCentre } from '../../api/problem-centre.ts';
import type { ProblemError } from '../../api/problem-error.ts';
import { withReturn } from '../../api/return-path.ts';
import { run } from '../../api/run.ts';
import { silence } from '../../api/silence.ts';
import { paths } from '../../paths.ts';
import { Boundary } from '../../ui/boundary.tsx';
import { Button, buttonClasses } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { CookieAdviceList } from '../../ui/cookie-advice-list.tsx';
import { ButtonLink } from '../../ui/link.tsx';
import { useSearch } from '../../ui/location.ts';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Reference } from '../../ui/reference.tsx';
import { Region } from '../../ui/region.tsx';
import { Skeleton, SkeletonRows } from '../../ui/skeleton.tsx';
import { Time } from '../../ui/time.tsx';
import { compare, type Outcome, type Verdict } from './agreement.ts';
import { headlineOf, isLeftOver, reasonWords, removedWords } from './check-words.ts';
import { ClearCookies } from './clear-cookies.tsx';
import { askEverything, type Everything, namesOf } from './services.ts';
import { AnswerRows, CookieList, Details } from './sign-in-answers.tsx';
import { returnPath, signInPath } from './state.ts';

const where = 'the check of your sign-in';
/** Where the clearing of cookies stands on the page. */
const lastResort = 'last-resort';

interface Checked {
  readonly everything: Everything;
  readonly outcome: Outcome;
}

/** What a repair did, and what was found right after it. */
interface Repaired {
  readonly removed: readonly string[];
  readonly verdict: Verdict;
}

async function check(signal?: AbortSignal): Promise<Checked> {
  const everything = await askEverything(signal === undefined ? {} : { signal });
  const outcome = compare(everything.asked, namesOf(everything));
  if (outcome.verdict === 'agreed') problemCentre.clear('session-split', 'session-conflict');
  return { everything, outcome };
}

function useCheck() {
  return useQuery({
    queryKey: ['who every part of the site takes this browser for'],
    queryFn: ({ signal }) => check(signal),
    staleTime: 0,
    gcTime: 0,
    meta: { where, shown: true },
  });
}

async function reportRepaired(): Promise<void> {
  try {
    await call(sessionsEndpoints.report, { body: { finding: 'repaired' } });
  } catch (failure) {
    silence(failure, 'it is only counted, and the person sees the result');
  }
}

/** Repairs, asks everything again, and says what came of it. */
function useRepair(askAgain: () => Promise<Checked | undefined>) {
  return useMutation<Repaired, ProblemError>({
    mutationFn: async () => {
      identityChanges();
      const { removed } = await call(sessionsEndpoints.repair);
      await identityChanged();
      const verdict = (await askAgain())?.outcome.verdict ?? 'unknown';
      if (verdict === 'agreed' || verdict === 'partial') await reportRepaired();
      return { removed, verdict };
    },
    meta: { where: 'repairing your sign-in', shown: true },
  });
}

export function SignedInPage() {
  const search = useSearch();
  const asked = useCheck();
  const repair = useRepair(async () => (await asked.refetch()).data);
  const askAgain = (): void => {
    repair.reset();
    run(() => asked.refetch(), where);
  };
  const back = search.get('return');
  return (
    <Page
      title="Am I really signed in?"
      lead="Every part of this site, old and new, is asked with the cookies of this browser who it takes you for."
      actions={back !== null && <ButtonLink to={returnPath(back)}>Back to where you were</ButtonLink>}
    >
      <div className="flex flex-col gap-4 sm:gap-6">
        <Boundary where={where}>
          <Region of={asked} whole loading={<Loading />}>
            {(checked) => (
              <Result
                checked={checked}
                at={asked.dataUpdatedAt}
                busy={asked.isFetching}
                repair={repair}
                askAgain={askAgain}
              />
            )}
          </Region>
        </Boundary>
        <div id={lastResort} className="scroll-mt-20">
          <ClearCookies onCleared={askAgain} />
        </div>
      </div>
    </Page>
  );
}

interface ResultProps {
  readonly checked: Checked;
  /** When it was asked. */
  readonly at: number;
  readonly busy: boolean;
  readonly repair: UseMutationResult<Repaired, ProblemError, void>;
  readonly askAgain: () => void;
}

function Result({ checked, at, busy, repair, askAgain }: ResultProps) {
  const { everything, outcome } = checked;
  const { cookies, failure } = everything;
  const leftOver = cookies?.some(isLeftOver) === true;
  return (
    <>
      <Answer checked={checked} busy={busy}>
        <Acts outcome={outcome} repair={repair} askAgain={askAgain} busy={busy} leftOver={leftOver} />
      </Answer>
      {failure !== undefined && <Failure failure={failure} askAgain={askAgain} busy={busy} />}
      <AfterRepair repair={repair} />
      <Panel
        title="Who takes you for whom"
        actions={
          <p className="text-sm text-quiet">
            Asked at <Time at={at} as="clock" />
          </p>
        }
      >
        <AnswerRows rows={outcome.rows} />
      </Panel>
      {cookies !== undefined && (
        <Details title={`Cookies that your browser sent: ${String(cookies.length)}`}>
          <CookieList cookies={cookies} />
        </Details>
      )}
      <Details title="Signed in, and signed out again at once?" open={!navigator.cookieEnabled}>
        <p className="mb-3">
          Then your browser does not keep the cookie that signs you in. What you can change, the likeliest
          first:
        </p>
        <CookieAdviceList />
      </Details>
    </>
  );
}

interface FailureProps extends Pick<ResultProps, 'askAgain' | 'busy'> {
  readonly failure: ProblemError;
}

/** Why the API of this page did not answer. */
function Failure({ failure: { problem }, askAgain, busy }: FailureProps) {
  // The answer above says it all, but for what staff look it up by.
  if (problem.code === 'session-conflict') return <Reference problem={problem} />;
  return (
    <ProblemNotice
      problem={problem}
      onRetry={askAgain}
      busy={busy}
      actions={
        problem.code === 'header-too-large' && (
          <a href={`#${lastResort}`} className={buttonClasses('quiet', true)}>
            Clear them
          </a>
        )
      }
    />
  );
}

interface AnswerProps {
  readonly checked: Checked;
  readonly busy: boolean;
  readonly children: ReactNode;
}

function Answer({ checked: { everything, outcome }, busy, children }: AnswerProps) {
  const { verdict } = outcome;
  const isWrong = verdict === 'split' || verdict === 'conflict';
  const reason = verdict === 'agreed' ? (everything.me?.anonymous ?? null) : null;
  return (
    <section
      aria-label="The answer"
      className={classes(
        'rounded-2xl border p-5 sm:p-7',
        isWrong ? 'border-danger bg-danger-ground' : 'bg-raised',
        !isWrong && (verdict === 'agreed' && outcome.person !== null ? 'border-good' : 'border-edge'),
      )}
    >
      <div role="status" aria-busy={busy}>
        <p className="wide-title text-2xl wrap-anywhere sm:text-4xl">{headlineOf(outcome)}</p>
        <p className="mt-2 text-lg wrap-anywhere">
          {outcome.sentence} {reason !== null && reasonWords[reason]}
        </p>
        {verdict === 'split' && (
          <p className="mt-2 text-quiet">
            Your account and everything in it is safe. Usually a cookie from before a change is still around.
          </p>
        )}
      </div>
      <div className="mt-5 flex flex-wrap gap-3">{children}</div>
    </section>
  );
}

interface ActsProps extends Pick<ResultProps, 'repair' | 'askAgain' | 'busy'> {
  readonly outcome: Outcome;
  /** There are cookies that sign nobody in. */
  readonly leftOver: boolean;
}

function Acts({ outcome: { verdict, person, rows }, repair, askAgain, busy, leftOver }: ActsProps) {
  const isAgreed = verdict === 'agreed' || verdict === 'partial';
  return (
    <>
      {verdict === 'conflict' && (
        <ButtonLink to={withReturn(paths.conflict(), paths.signedIn())} variant="primary">
          Choose an account
        </ButtonLink>
      )}
      {(verdict === 'split' || (isAgreed && leftOver)) && (
        <Button
          variant={verdict === 'split' ? 'primary' : 'quiet'}
          busy={repair.isPending}
          onClick={() => repair.mutate()}
        >
          {verdict === 'split' ? 'Put it right' : 'Take old cookies away'}
        </Button>
      )}
      {isAgreed && rows[0]?.state !== 'silent' && person === null && (
        <ButtonLink to={signInPath(paths.signedIn())} variant="primary">
          Sign in
        </ButtonLink>
      )}
      <Button busy={busy && !repair.isPending} disabled={repair.isPending} onClick={askAgain}>
        Ask again
      </Button>
    </>
  );
}

function AfterRepair({ repair }: Pick<ResultProps, 'repair'>) {
  if (repair.error !== null)
    return (
      <ProblemNotice problem={repair.error.problem} onRetry={() => repair.mutate()} busy={repair.isPending} />
    );
  if (repair.data === undefined) return null;
  const { verdict, removed } = repair.data;
  if (verdict === 'agreed' || verdict === 'partial')
    return (
      <p role="status" className="rounded-xl border border-good px-5 py-4">
        <strong className="font-semibold text-good">Put right.</strong> {removedWords(removed)}
      </p>
    );
  return (
    <div role="status" className="rounded-xl border border-danger px-5 py-4">
      <p>
        <strong className="font-semibold">That was not enough.</strong> {removedWords(removed)} Sign out and
        in again; if that changes nothing either, take the last resort below, and tell staff what this page
        says.
      </p>
    </div>
  );
}

function Loading() {
  return (
    <>
      <div role="status" className="rounded-2xl border border-line bg-raised p-5 sm:p-7">
        <span className="sr-only">Asking every part of the site</span>
        <Skeleton className="h-9 w-3/5" />
        <Skeleton className="mt-4 h-5 w-4/5" />
        <Skeleton className="mt-6 h-11 w-32 rounded-full" />
      </div>
      <Panel title="Who takes you for whom">
        <SkeletonRows rows={4} label="Asking" />
      </Panel>
    </>
  );
}
