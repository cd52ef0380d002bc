/** One notification as its sender and staff see it: words, audience, counts, how it was read, its ledger. */
import { Id } from '@slipmat/contract/ids';
import { type SentNotification, sendingEndpoints } from '@slipmat/contract/sending';
import { useAsk } from '../../api/queries.ts';
import { paths } from '../../paths.ts';
import { Badge } from '../../ui/badge.tsx';
import { Boundary } from '../../ui/boundary.tsx';
import { ButtonLink } from '../../ui/link.tsx';
import { Markdown } from '../../ui/markdown.tsx';
import { NotFound } from '../../ui/not-found.tsx';
import { counted } from '../../ui/number.ts';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Region } from '../../ui/region.tsx';
import { Require } from '../../ui/require.tsx';
import { SkeletonPage } from '../../ui/skeleton.tsx';
import { Time } from '../../ui/time.tsx';
import { audienceWords } from './audience.ts';
import { GoLink } from './go-link.tsx';
import { Ledger } from './ledger.tsx';
import { ProgressChart } from './progress-chart.tsx';
import { SentActs } from './sent-acts.tsx';
import { afterWords, isOpen, plural, stateWords } from './sent-words.ts';
import { fromWords } from './words.ts';

/** How often it is asked again while it is out. Milliseconds. */
const askEvery = 5_000;

function Facts({ sent }: { readonly sent: SentNotification }) {
  const { from, audience, startsAt, expiresAt, changedAt, withdrawnAt, pushAfter, emailAfter, reminders } =
    sent;
  const name = 'text-quiet';
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-1.5">
      <dt className={name}>From</dt>
      <dd>{fromWords(from)}</dd>
      <dt className={name}>To</dt>
      <dd className="wrap-anywhere">{audienceWords(audience)}</dd>
      <dt className={name}>Since</dt>
      <dd>
        <Time at={startsAt} />
        {changedAt !== null && (
          <>
            , changed <Time at={changedAt} />
          </>
        )}
      </dd>
      <dt className={name}>Until</dt>
      <dd>{expiresAt === null ? 'it is read' : <Time at={expiresAt} />}</dd>
      {withdrawnAt !== null && (
        <>
          <dt className={name}>Withdrawn</dt>
          <dd>
            <Time at={withdrawnAt} />
          </dd>
        </>
      )}
      <dt className={name}>Beyond</dt>
      <dd>
        {pushAfter === null && emailAfter === null && 'not at all'}
        {pushAfter !== null && `push ${afterWords(pushAfter)}`}
        {pushAfter !== null && emailAfter !== null && ', '}
        {emailAfter !== null && `e-mail ${afterWords(emailAfter)}`}
        {reminders !== null &&
          `; reminded every ${plural(reminders.everyHours, 'hour')}, at most ${plural(reminders.times, 'time')}`}
      </dd>
    </dl>
  );
}

function Counts({ sent }: { readonly sent: SentNotification }) {
  const { recipients, seen, confirmed, reminded, unreachable } = sent.counts;
  const tiles = [
    ['Sent to', recipients],
    ['Seen', seen],
    ...(sent.kind === 'must-read' ? ([['Confirmed', confirmed]] as const) : []),
    ['Reminded', reminded],
    ['Not reached', unreachable],
  ] as const;
  return (
    <dl className="grid grid-cols-2 gap-3 sm:grid-cols-[repeat(auto-fit,minmax(7rem,1fr))]">
      {tiles.map(([name, value]) => (
        <div key={name} className="flex flex-col-reverse rounded-xl bg-sunken px-4 py-3">
          <dt className="text-sm text-quiet">{name}</dt>
          <dd className="wide-title text-2xl tabular-nums">{counted(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

function One({ id }: { readonly id: Id }) {
  const asked = useAsk(
    sendingEndpoints.show,
    { params: { id } },
    { where: 'this notification', shown: true, every: askEvery },
  );
  if (asked.error?.problem.code === 'not-found' && asked.data === undefined) return <NotFound />;
  return (
    <Region of={asked} whole loading={<SkeletonPage />}>
      {({ notification: sent, progress }) => (
        <Page
          title={sent.title}
          actions={<ButtonLink to={paths.sent()}>What was sent</ButtonLink>}
          lead={
            <span className="inline-flex flex-wrap items-center gap-2">
              {sent.kind === 'must-read' && <Badge tone="lamp">Must read</Badge>}
              <Badge tone={stateWords[sent.state].tone}>{stateWords[sent.state].word}</Badge>
              {sent.incident !== null && <Badge tone="danger">INC-{sent.incident}</Badge>}
            </span>
          }
        >
          <div className="flex flex-col gap-6">
            <Panel title="How it was read">
              <Counts sent={sent} />
              <ProgressChart sent={sent} progress={progress} />
            </Panel>
            <Panel title="What it says" actions={isOpen(sent.state) && <SentActs sent={sent} />}>
              <div className="flex flex-col gap-4">
                {sent.text === '' ? (
                  <p className="text-quiet">The title says it all.</p>
                ) : (
                  <Markdown text={sent.text} />
                )}
                {sent.link !== null && <GoLink to={sent.link} />}
                <div className="border-t border-line pt-4">
                  <Facts sent={sent} />
                </div>
              </div>
            </Panel>
            <Boundary where="the ledger">
              <Ledger sent={sent} />
            </Boundary>
          </div>
        </Page>
      )}
    </Region>
  );
}

/** @param slug its id, as the address has it. */
export function SentOnePage({ slug }: { readonly slug: string }) {
  const parsed = Id.safeParse(slug);
  return (
    <Require capability="notification.send" need="to be a DJ, moderator, mentor or staff">
      {() => (parsed.success ? <One id={parsed.data} /> : <NotFound />)}
    </Require>
  );
}
