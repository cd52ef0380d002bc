/** For staff: start an incident, from a fault (`?fault=<id>`) or free-form. */
import { type Audience, NotificationKind } from '@slipmat/contract/audiences';
import { faultsEndpoints } from '@slipmat/contract/faults';
import { incidentLimits, incidentsEndpoints } from '@slipmat/contract/incidents';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { perform } from '../../api/client.ts';
import { newKey } from '../../api/new-key.ts';
import { keyOf, useAct, useAsk } from '../../api/queries.ts';
import { staffPaths } from '../../staff-paths.ts';
import { Boundary } from '../../ui/boundary.tsx';
import { Button } from '../../ui/button.tsx';
import { Field, Select, TextArea } from '../../ui/field.tsx';
import { Link } from '../../ui/link.tsx';
import { navigate } from '../../ui/location.ts';
import { Page } from '../../ui/page.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Region } from '../../ui/region.tsx';
import { Require } from '../../ui/require.tsx';
import { useForm } from '../../ui/use-form.ts';
import { useSettled } from '../../ui/use-settled.ts';
import { audienceChoices, audienceOf, firstValues, needsName } from './new-form.ts';
import { reachWords } from './words.ts';

/** Typing faster than this asks once. Milliseconds. */
const typingPause = 400;

export function NewIncidentPage() {
  const [faultId] = useState(() => new URLSearchParams(location.search).get('fault') ?? undefined);
  return (
    <Require capability="staff.view" need="to be staff">
      {() => (
        <Page
          title={faultId === undefined ? 'New incident' : 'Tell the affected'}
          lead="Its number stands on every problem while it is open. People are told now, with every update, and when it is mended."
        >
          <Boundary where="this incident">
            {faultId !== undefined && <AboutFault faultId={faultId} />}
            <Form faultId={faultId} />
          </Boundary>
        </Page>
      )}
    </Require>
  );
}

function AboutFault({ faultId }: { readonly faultId: string }) {
  const fault = useAsk(faultsEndpoints.show, { params: { faultId } }, { where: 'the fault', shown: true });
  return (
    <div className="mb-6 rounded-2xl border border-line bg-raised p-5">
      <Region of={fault}>
        {({ fault: { message, code, place, people } }) => (
          <>
            <p className="font-medium wrap-anywhere">
              <Link to={staffPaths.fault(faultId)}>{message === '' ? code : message}</Link>
            </p>
            <p className="mt-1 text-sm wrap-anywhere text-quiet">
              <span className="font-mono">{place}</span> · hit {people} {people === 1 ? 'person' : 'people'}{' '}
              who {people === 1 ? 'was' : 'were'} signed in
            </p>
          </>
        )}
      </Region>
    </div>
  );
}

function Form({ faultId }: { readonly faultId: string | undefined }) {
  const act = useAct(incidentsEndpoints.start, { where: 'this incident', shown: true });
  const form = useForm(firstValues(faultId !== undefined), act.error?.problem);
  const [key] = useState(newKey);
  const { values, bind } = form;
  const audience = audienceOf(values, faultId);
  const kind = NotificationKind.safeParse(values.kind).data ?? 'must-read';
  const send = (): void => {
    if (audience === undefined) {
      form.setErrors({ named: 'Please say which.' });
      return;
    }
    const { title, text } = values;
    const body = { title, text, kind, audience, faultId: faultId ?? null, key };
    act.mutate({ body }, { onSuccess: ({ incident }) => navigate(staffPaths.incident(incident.number)) });
  };
  return (
    <form
      ref={form.ref}
      noValidate
      className="flex flex-col gap-5"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Field {...bind('title')} label="Title" maxLength={incidentLimits.titleLength} />
      <TextArea
        {...bind('text')}
        label="What people are told"
        maxLength={incidentLimits.textLength}
        hint="In words that help them: what does not work, what they can do meanwhile. Markdown."
      />
      <div className="grid gap-5 sm:grid-cols-2">
        <Select {...bind('audience')} label="To">
          {Object.entries(audienceChoices)
            .filter(([choice]) => faultId !== undefined || choice !== 'fault')
            .map(([choice, words]) => (
              <option key={choice} value={choice}>
                {words}
              </option>
            ))}
        </Select>
        <Select {...bind('kind')} label="How">
          <option value="must-read">Must be read: stays until it is confirmed</option>
          <option value="normal">Can be put away</option>
        </Select>
      </div>
      {needsName(values.audience) && (
        <Field
          {...bind('named')}
          label={values.audience === 'event' ? 'Address of the event' : 'Handles'}
          placeholder={values.audience === 'event' ? '/e/friday-night' : '@nova @ana'}
        />
      )}
      {audience !== undefined && <Reach kind={kind} audience={audience} />}
      {form.rest !== undefined && <ProblemNotice problem={form.rest} onRetry={send} busy={act.isPending} />}
      <Button type="submit" variant="primary" busy={act.isPending} className="self-start">
        Start and tell them
      </Button>
    </form>
  );
}

/** How many it tells, before it is sent. */
function Reach({ kind, audience }: { readonly kind: NotificationKind; readonly audience: Audience }) {
  const body = useSettled(JSON.stringify({ kind, audience }), typingPause);
  const reach = useReach(body);
  return (
    <div role="status" className="text-quiet">
      <Region of={reach} loading={<p>Counting whom it tells…</p>}>
        {({ reached }) => <p>{reachWords(reached)}</p>}
      </Region>
    </div>
  );
}

function useReach(body: string) {
  return useQuery({
    queryKey: keyOf(incidentsEndpoints.preview, { query: body }),
    queryFn: ({ signal }) => perform(incidentsEndpoints.preview, { body: JSON.parse(body), signal }),
    meta: { where: 'this incident', shown: true },
  });
}
