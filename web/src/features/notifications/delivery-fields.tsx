/** When it starts and ends, and how it goes on to those who do not look. */
import { Field, Select } from '../../ui/field.tsx';
import type { FieldErrors } from '../../ui/form-problems.ts';
import type { ComposeDraft } from './compose-draft.ts';
import { afterWords, plural } from './sent-words.ts';

/** Minutes that are offered; the contract allows any up to a week. */
const offeredMinutes = [0, 15, 60, 4 * 60, 24 * 60, 3 * 24 * 60] as const;
/** Hours between reminders. */
const offeredHours = [4, 12, 24, 48, 96] as const;
const offeredTimes = [1, 2, 3, 5, 10] as const;

interface DeliveryFieldsProps {
  readonly draft: ComposeDraft;
  readonly errors: FieldErrors;
  readonly onChange: (draft: ComposeDraft) => void;
}

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone.replaceAll('_', ' ');

function After({
  label,
  value,
  error,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly error: string | undefined;
  readonly onChange: (value: string) => void;
}) {
  return (
    <Select label={label} value={value} error={error} onChange={(event) => onChange(event.target.value)}>
      <option value="">Not at all</option>
      {offeredMinutes.map((minutes) => (
        <option key={minutes} value={String(minutes)}>
          {minutes === 0 ? 'At once' : `To those who have not read it ${afterWords(minutes)}`}
        </option>
      ))}
    </Select>
  );
}

function Reminders({ draft, errors, onChange }: DeliveryFieldsProps) {
  return (
    <div className="grid gap-5 sm:grid-cols-2">
      <Select
        label="Remind"
        value={draft.remindEvery}
        error={errors['reminders.everyHours']}
        hint={
          draft.kind === 'must-read'
            ? 'Whoever has not confirmed it is told again.'
            : 'Whoever has not seen it is told again.'
        }
        onChange={(event) => onChange({ ...draft, remindEvery: event.target.value })}
      >
        <option value="">Nobody</option>
        {offeredHours.map((hours) => (
          <option key={hours} value={String(hours)}>
            Every {plural(hours, 'hour')}
          </option>
        ))}
      </Select>
      {draft.remindEvery !== '' && (
        <Select
          label="How often"
          value={draft.remindTimes}
          error={errors['reminders.times']}
          onChange={(event) => onChange({ ...draft, remindTimes: event.target.value })}
        >
          {offeredTimes.map((times) => (
            <option key={times} value={String(times)}>
              At most {plural(times, 'time')}
            </option>
          ))}
        </Select>
      )}
    </div>
  );
}

export function DeliveryFields(props: DeliveryFieldsProps) {
  const { draft, errors, onChange } = props;
  return (
    <div className="flex flex-col gap-5">
      <div className="grid gap-5 sm:grid-cols-2">
        <Field
          label="Starts"
          type="datetime-local"
          value={draft.starts}
          error={errors['startsAt']}
          hint={`Empty: at once. In your time (${zone}).`}
          onChange={(event) => onChange({ ...draft, starts: event.target.value })}
        />
        <Field
          label="Ends"
          type="datetime-local"
          value={draft.expires}
          error={errors['expiresAt']}
          hint="Empty: it stays until it is read."
          onChange={(event) => onChange({ ...draft, expires: event.target.value })}
        />
      </div>
      <div className="grid gap-5 sm:grid-cols-2">
        <After
          label="Push"
          value={draft.push}
          error={errors['pushAfter']}
          onChange={(push) => onChange({ ...draft, push })}
        />
        <After
          label="E-mail"
          value={draft.email}
          error={errors['emailAfter']}
          onChange={(email) => onChange({ ...draft, email })}
        />
      </div>
      <Reminders {...props} />
    </div>
  );
}
