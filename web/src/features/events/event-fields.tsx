/** What an event is: title, time, description, line-up. */
import { eventLimits } from '@slipmat/contract/events';
import { Checkbox, Field, TextArea } from '../../ui/field.tsx';
import type { FieldErrors } from '../../ui/form-problems.ts';
import { fromLocal } from '../../ui/local-time.ts';
import { Panel } from '../../ui/panel.tsx';
import { duration } from '../../ui/time.tsx';
import { type EventDraft, moveStart } from './draft.ts';
import { LineupFields } from './lineup-fields.tsx';

interface EventFieldsProps {
  readonly draft: EventDraft;
  readonly errors: FieldErrors;
  readonly onChange: (draft: EventDraft) => void;
}

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone.replaceAll('_', ' ');

function TimeFields({ draft, errors, onChange }: EventFieldsProps) {
  const length = fromLocal(draft.to) - fromLocal(draft.from);
  return (
    <div className="grid gap-5 sm:grid-cols-2">
      <Field
        label="Starts"
        type="datetime-local"
        required
        value={draft.from}
        error={errors['startsAt']}
        hint={`In your time (${zone}). Everybody sees their own.`}
        onChange={(event) => onChange(moveStart(draft, event.target.value))}
      />
      <Field
        label="Ends"
        type="datetime-local"
        required
        value={draft.to}
        error={errors['lengthMinutes']}
        hint={length > 0 ? `It lasts ${duration(length)}.` : undefined}
        onChange={(event) => onChange({ ...draft, to: event.target.value })}
      />
    </div>
  );
}

export function EventFields(props: EventFieldsProps) {
  const { draft, errors, onChange } = props;
  return (
    <>
      <Panel title="What and when">
        <div className="flex flex-col gap-5">
          <Field
            label="Title"
            required
            maxLength={eventLimits.titleLength}
            value={draft.title}
            error={errors['title']}
            onChange={(event) => onChange({ ...draft, title: event.target.value })}
          />
          <TimeFields {...props} />
          <TextArea
            label="Description"
            rows={6}
            maxLength={eventLimits.descriptionLength}
            value={draft.description}
            error={errors['description']}
            onChange={(event) => onChange({ ...draft, description: event.target.value })}
          />
          <Checkbox
            label="Listed on the home page"
            hint="Without it, only people who have the link find the event."
            checked={draft.listed}
            onChange={(event) => onChange({ ...draft, listed: event.target.checked })}
          />
        </div>
      </Panel>
      <Panel title="Line-up">
        <LineupFields {...props} />
      </Panel>
    </>
  );
}
