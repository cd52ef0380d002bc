/** For staff: one incident, how it goes on, and the draft of its post-mortem. */
import { type Incident, incidentLimits, incidentsEndpoints } from '@slipmat/contract/incidents';
import { keyOf, queries, useAct, useAsk } from '../../api/queries.ts';
import { staffPaths } from '../../staff-paths.ts';
import { Badge } from '../../ui/badge.tsx';
import { Boundary } from '../../ui/boundary.tsx';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { TextArea } from '../../ui/field.tsx';
import { Link } from '../../ui/link.tsx';
import { counted } from '../../ui/number.ts';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Region } from '../../ui/region.tsx';
import { Require } from '../../ui/require.tsx';
import { Time } from '../../ui/time.tsx';
import { useForm } from '../../ui/use-form.ts';
import { audienceWords, incidentName } from './words.ts';

/** Milliseconds. */
const askEvery = 5_000;

/** @param slug number of the incident. */
export function IncidentPage({ slug }: { readonly slug: string }) {
  return (
    <Require capability="staff.view" need="to be staff">
      {() => (
        <Page title={`INC-${slug}`} ownHeading>
          <Boundary where="this incident">
            <Followed number={slug} />
          </Boundary>
        </Page>
      )}
    </Require>
  );
}

function Followed({ number }: { readonly number: string }) {
  const params = { number };
  const incident = useAsk(
    incidentsEndpoints.show,
    { params },
    { where: 'this incident', shown: true, every: askEvery },
  );
  return (
    <>
      <p className="mb-4">
        <Link to={staffPaths.incidents()}>All incidents</Link>
      </p>
      <Region of={incident} whole>
        {({ incident }) => <Whole incident={incident} />}
      </Region>
    </>
  );
}

function Whole({ incident }: { readonly incident: Incident }) {
  return (
    <div className="flex flex-col gap-4 sm:gap-6">
      <Head incident={incident} />
      <Figures incident={incident} />
      {incident.resolvedAt === null && <GoOn number={incident.number} />}
      <Story incident={incident} />
      <Boundary where="the post-mortem">
        <PostMortem incident={incident} />
      </Boundary>
    </div>
  );
}

function Head({ incident }: { readonly incident: Incident }) {
  const { number, title, resolvedAt, startedAt, startedBy, fault, audience } = incident;
  return (
    <header className="flex flex-col gap-3">
      <p className="flex flex-wrap items-center gap-3">
        {resolvedAt === null ? <Badge tone="danger">Open</Badge> : <Badge tone="good">Mended</Badge>}
        <span className="font-mono text-sm">{incidentName(number)}</span>
      </p>
      <h1 className="wide-title text-3xl wrap-anywhere">{title}</h1>
      <p>
        Started <Time at={startedAt} /> by {startedBy}, for {audienceWords(audience)}.
        {resolvedAt === null ? (
          ' Its number stands on every problem until it is mended.'
        ) : (
          <>
            {' '}
            Mended <Time at={resolvedAt} />.
          </>
        )}
      </p>
      {fault !== null && (
        <p className="wrap-anywhere">
          About the fault{' '}
          <Link to={staffPaths.fault(fault.id)}>{fault.message === '' ? fault.code : fault.message}</Link>
        </p>
      )}
    </header>
  );
}

function Figures({
  incident: { recipients, told, confirmed, kind, fault },
}: {
  readonly incident: Incident;
}) {
  const entries: (readonly [string, string])[] = [
    ...(fault === null ? [] : [['People it hit', counted(fault.people)] as const]),
    ['People told', counted(recipients)],
    ['Saw it', counted(told)],
    ...(kind === 'must-read' ? [['Confirmed', counted(confirmed)] as const] : []),
  ];
  return (
    <section aria-label="In numbers" className="rounded-2xl border border-line bg-raised p-5 sm:p-7">
      <dl className="grid grid-cols-2 gap-x-6 gap-y-4 sm:grid-cols-4">
        {entries.map(([name, value]) => (
          <div key={name}>
            <dt className="text-sm text-quiet">{name}</dt>
            <dd className="wide-title text-2xl tabular-nums sm:text-3xl">{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** Both acts take the same words: how it goes on, or how it was mended. */
function GoOn({ number }: { readonly number: number }) {
  const options = { where: 'this incident', shown: true };
  const update = useAct(incidentsEndpoints.update, options);
  const resolve = useAct(incidentsEndpoints.resolve, options);
  const failure = update.error ?? resolve.error;
  const form = useForm({ text: '' }, failure?.problem);
  const params = { number: String(number) };
  const send = (act: typeof update | typeof resolve, other: typeof update | typeof resolve): void => {
    other.reset();
    if (form.values.text.trim() === '') {
      form.setErrors({ text: 'Please say something that helps people.' });
      return;
    }
    act.mutate(
      { params, body: { text: form.values.text } },
      {
        onSuccess: (answer) => {
          form.set('text', '');
          queries.setQueryData(keyOf(incidentsEndpoints.show, { params }), answer);
          queries.removeQueries({ queryKey: keyOf(incidentsEndpoints.postMortem, { params }) });
        },
      },
    );
  };
  return (
    <Panel title="How it goes on">
      <form
        ref={form.ref}
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          send(update, resolve);
        }}
      >
        <TextArea
          {...form.bind('text')}
          label="What people are told now"
          rows={3}
          maxLength={incidentLimits.textLength}
          hint="Everybody who was told before is told again. Markdown."
        />
        {form.rest !== undefined && <ProblemNotice problem={form.rest} />}
        <div className="flex flex-wrap gap-3">
          <Button type="submit" busy={update.isPending} disabled={resolve.isPending}>
            Post the update
          </Button>
          <Button
            variant="primary"
            busy={resolve.isPending}
            disabled={update.isPending}
            onClick={() => send(resolve, update)}
          >
            It is mended
          </Button>
        </div>
      </form>
    </Panel>
  );
}

function Story({
  incident: { updates, text, startedAt, startedBy, resolvedAt },
}: {
  readonly incident: Incident;
}) {
  const newestFirst = [...updates].reverse();
  return (
    <Panel title="What people were told">
      <ol className="flex flex-col gap-5">
        {newestFirst.map((update, index) => (
          <Word
            key={`${String(update.at)} ${update.text}`}
            {...update}
            mended={index === 0 && resolvedAt !== null}
          />
        ))}
        <Word at={startedAt} by={startedBy} text={text} mended={false} />
      </ol>
    </Panel>
  );
}

interface WordProps {
  readonly at: number;
  readonly by: string;
  readonly text: string;
  readonly mended: boolean;
}

function Word({ at, by, text, mended }: WordProps) {
  return (
    <li className={mended ? 'border-l-2 border-good pl-4' : 'border-l-2 border-line pl-4'}>
      <p className="text-sm text-quiet">
        <Time at={at} /> · {by}
        {mended && <span className="text-good"> · mended</span>}
      </p>
      <p className="mt-1 whitespace-pre-wrap wrap-anywhere">{text}</p>
    </li>
  );
}

function PostMortem({ incident: { number } }: { readonly incident: Incident }) {
  const params = { number: String(number) };
  const draft = useAsk(
    incidentsEndpoints.postMortem,
    { params },
    { where: 'the post-mortem', shown: true, every: askEvery * 2 },
  );
  return (
    <Panel
      title="Post-mortem, a draft"
      actions={
        draft.data !== undefined && (
          <CopyButton text={draft.data.markdown} label="Copy the post-mortem as Markdown">
            Copy as Markdown
          </CopyButton>
        )
      }
    >
      <Region of={draft}>
        {({ markdown }) => (
          <pre className="max-h-120 overflow-auto rounded-lg bg-sunken p-4 font-mono text-sm leading-relaxed whitespace-pre-wrap wrap-anywhere">
            {markdown}
          </pre>
        )}
      </Region>
    </Panel>
  );
}
