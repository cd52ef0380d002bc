/** One roll-out: what it changes, how far it is, how browsers take it, and what can be done. */
import type { RollOut } from '@slipmat/contract/roll-outs';
import type { ReactNode } from 'react';
import { Badge } from '../../ui/badge.tsx';
import { classes } from '../../ui/classes.ts';
import { counted } from '../../ui/number.ts';
import { duration, Time } from '../../ui/time.tsx';
import { Controls } from './controls.tsx';
import { History } from './history.tsx';
import { pendingOf } from './segments.ts';
import { Segments } from './segments.tsx';
import { Steps } from './steps.tsx';
import { kindWords, nextStep, rateWords, standingWords, stateWords } from './words.ts';

interface RollOutCardProps {
  readonly rollOut: RollOut;
  readonly mayManage: boolean;
}

export function RollOutCard({ rollOut, mayManage }: RollOutCardProps) {
  const { kind, state, reason, alertSince, figures, segments, history, revision } = rollOut;
  const { word, tone } = stateWords[state];
  const id = `roll-out-${kind}`;
  return (
    <section
      aria-labelledby={id}
      className={classes(
        'flex flex-col gap-6 rounded-2xl border bg-raised p-5 sm:gap-8 sm:p-7',
        alertSince !== null ? 'border-danger' : state === 'running' ? 'border-accent' : 'border-line',
      )}
    >
      <header className="flex flex-col gap-3">
        <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
          <h2 id={id} className="text-2xl">
            {kindWords[kind].title}
          </h2>
          <Badge tone={tone}>{word}</Badge>
        </div>
        <Change rollOut={rollOut} />
      </header>
      <div role="status" className="flex flex-col gap-4">
        <Standing rollOut={rollOut} />
        {reason !== null && (
          <p
            className={classes(
              'rounded-xl border px-4 py-3',
              alertSince === null && state !== 'stopped' ? 'border-edge' : 'border-danger bg-danger-ground',
            )}
          >
            <strong className="font-semibold">Why: </strong>
            {reason}
          </p>
        )}
      </div>
      {mayManage && <Controls rollOut={rollOut} />}
      {(revision > 0 || figures.issued + figures.accepted + figures.refused > 0) && (
        <FigureList rollOut={rollOut} />
      )}
      {segments.length > 0 && <Segments kind={kind} segments={segments} />}
      <History entries={history} />
    </section>
  );
}

function Change({ rollOut: { kind, from, to } }: { readonly rollOut: RollOut }) {
  if (kind === 'csrf')
    return (
      <p className="text-lg text-quiet">
        Requests that come from pages of other sites, or do not say where they come from, are refused instead
        of only counted.
      </p>
    );
  return (
    <p className="text-lg text-quiet">
      The sign-in moves from the cookie <Name>{from}</Name> to <Name>{to}</Name>. Both are read meanwhile, so
      nobody is signed out.
    </p>
  );
}

function Name({ children }: { readonly children: ReactNode }) {
  return <code className="font-mono text-base wrap-anywhere text-ink">{children}</code>;
}

function Standing({ rollOut }: { readonly rollOut: RollOut }) {
  const { state, steps, percent, stepSince, stepMinutes, verdict } = rollOut;
  const next = nextStep(rollOut);
  return (
    <>
      {state !== 'ready' && <Steps steps={steps} percent={percent} isOver={state === 'complete'} />}
      <p>
        {standingWords(rollOut)}{' '}
        {state === 'running' && stepSince !== null && (
          <span className="text-quiet">
            At this step since <Time at={stepSince} />
            {verdict === 'too-soon' && (
              <>
                ; {next === undefined ? 'complete' : `${String(next)} %`} not before{' '}
                <Time at={stepSince + stepMinutes * 60_000} />
              </>
            )}
            . Each step lasts {duration(stepMinutes * 60_000)} at least.
          </span>
        )}
      </p>
    </>
  );
}

function FigureList({ rollOut: { kind, figures, refusalBound } }: { readonly rollOut: RollOut }) {
  const words = kindWords[kind];
  const entries = [
    [words.issued, counted(figures.issued)],
    [words.accepted, counted(figures.accepted)],
    [words.refused, counted(figures.refused)],
    [words.pending, counted(pendingOf(figures))],
  ] as const;
  return (
    <div>
      <dl className="grid grid-cols-2 gap-x-6 gap-y-4 sm:grid-cols-4">
        {entries.map(([name, value]) => (
          <div key={name}>
            <dt className="text-sm text-quiet">{name}</dt>
            <dd className="wide-title text-2xl tabular-nums sm:text-3xl">{value}</dd>
          </div>
        ))}
      </dl>
      <p className="mt-3 text-sm text-quiet">
        Sessions, each counted once. The share that refuses it, as far as is certain to 99 %:{' '}
        {rateWords(refusalBound)}. Above 0.5 % it stops by itself, from three refusals on, and after five
        refusals in a row in one kind of browser.
      </p>
    </div>
  );
}
