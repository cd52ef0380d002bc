/** The field that a person's reference is typed into, and what it leads to. */
import { FaultReference, faultsEndpoints } from '@slipmat/contract/faults';
import { type FormEvent, useState } from 'react';
import { useAsk } from '../../api/queries.ts';
import { staffPaths } from '../../staff-paths.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { ButtonLink } from '../../ui/link.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Region } from '../../ui/region.tsx';
import { EventView } from './event-view.tsx';

/** People read references out, and paste them with what stood around them. */
export function tidied(typed: string): string {
  return typed
    .trim()
    .replace(/^reference:?\s+/i, '')
    .replace(/[\s.,;]+$/, '');
}

export function LookUp() {
  const [typed, setTyped] = useState('');
  const [reference, setReference] = useState('');
  const [wrong, setWrong] = useState(false);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const given = tidied(typed);
    const fits = FaultReference.safeParse(given).success;
    setWrong(!fits);
    setReference(fits ? given : '');
  };
  return (
    <Panel title="Somebody gave you a reference?">
      <form onSubmit={submit} className="flex flex-wrap items-start gap-3" noValidate>
        <div className="flex-1 basis-60">
          <Field
            label="Reference"
            type="search"
            autoComplete="off"
            spellCheck={false}
            maxLength={60}
            value={typed}
            placeholder="c-k7mq2xw9"
            onChange={(event) => setTyped(event.target.value)}
            error={
              wrong
                ? 'A reference has twelve characters, or c- and eight. Upper and lower case matter.'
                : undefined
            }
          />
        </div>
        <Button type="submit" variant="primary" className="sm:mt-7.5">
          Look it up
        </Button>
      </form>
      {reference !== '' && <Found key={reference} reference={reference} />}
    </Panel>
  );
}

function Found({ reference }: { readonly reference: string }) {
  const found = useAsk(
    faultsEndpoints.lookUp,
    { params: { reference } },
    { where: 'the look-up of a reference', shown: true },
  );
  return (
    <section
      aria-label={`What ${reference} leads to`}
      aria-live="polite"
      className="mt-6 border-t border-line pt-5"
    >
      <Region of={found}>
        {({ event, fault }) => (
          <div className="flex flex-col gap-5">
            <h3 className="text-lg">
              {fault === null ? 'A plain refusal: nothing broke' : 'This is what happened'}
            </h3>
            <EventView event={event} />
            {fault !== null && (
              <ButtonLink to={staffPaths.fault(fault.id)} className="self-start">
                Open the fault
              </ButtonLink>
            )}
          </div>
        )}
      </Region>
    </section>
  );
}
