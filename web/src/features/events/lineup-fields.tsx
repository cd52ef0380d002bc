/** The line-up under edit: who plays from when to when. */
import { eventLimits } from '@slipmat/contract/events';
import { newKey } from '../../api/new-key.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import type { FieldErrors } from '../../ui/form-problems.ts';
import { addSlot, type EventDraft, type LineupRow, shareEvenly } from './draft.ts';

interface LineupProps {
  readonly draft: EventDraft;
  readonly errors: FieldErrors;
  readonly onChange: (draft: EventDraft) => void;
}

interface SlotProps {
  readonly row: LineupRow;
  readonly place: number;
  readonly errors: FieldErrors;
  readonly onChange: (row: LineupRow) => void;
  readonly onRemove: () => void;
}

function Slot({ row, place, errors, onChange, onRemove }: SlotProps) {
  const error = (field: string): string | undefined => errors[`lineup.${String(place)}.${field}`];
  return (
    <li>
      <fieldset className="grid min-w-0 grid-cols-[1fr_auto] items-start gap-4 border-t border-line py-5 sm:grid-cols-2">
        <legend className="sr-only">Slot {place + 1}</legend>
        <Field
          label="DJ’s handle"
          autoCapitalize="none"
          autoComplete="off"
          spellCheck={false}
          value={row.handle}
          error={error('handle')}
          onChange={(event) => onChange({ ...row, handle: event.target.value })}
        />
        <Button
          className="mt-7.5 justify-self-end"
          variant="danger"
          small
          onClick={onRemove}
          aria-label={`Remove slot ${String(place + 1)}`}
        >
          Remove
        </Button>
        <div className="col-span-2 min-w-0 sm:col-span-1">
          <Field
            label="From"
            type="datetime-local"
            value={row.from}
            error={error('startsAt')}
            onChange={(event) => onChange({ ...row, from: event.target.value })}
          />
        </div>
        <div className="col-span-2 min-w-0 sm:col-span-1">
          <Field
            label="To"
            type="datetime-local"
            value={row.to}
            error={error('endsAt')}
            onChange={(event) => onChange({ ...row, to: event.target.value })}
          />
        </div>
      </fieldset>
    </li>
  );
}

export function LineupFields({ draft, errors, onChange }: LineupProps) {
  const { lineup } = draft;
  const replace = (place: number, row: LineupRow): void =>
    onChange({ ...draft, lineup: lineup.map((old, index) => (index === place ? row : old)) });
  const remove = (place: number): void =>
    onChange({ ...draft, lineup: lineup.filter((_row, index) => index !== place) });
  return (
    <div>
      {lineup.length === 0 ? (
        <p className="mb-4 text-quiet">
          You play the whole time. Add slots when several people play, one after the other.
        </p>
      ) : (
        <ol>
          {lineup.map((row, place) => (
            <Slot
              key={row.key}
              row={row}
              place={place}
              errors={errors}
              onChange={(next) => replace(place, next)}
              onRemove={() => remove(place)}
            />
          ))}
        </ol>
      )}
      {errors['lineup'] !== undefined && (
        <p role="alert" className="mb-4 text-danger">
          {errors['lineup']}
        </p>
      )}
      <div className="flex flex-wrap gap-3">
        <Button
          small
          disabled={lineup.length >= eventLimits.slots}
          onClick={() => onChange(addSlot(draft, newKey(), ''))}
        >
          Add a slot
        </Button>
        {lineup.length > 1 && (
          <Button small onClick={() => onChange(shareEvenly(draft))}>
            Share the time evenly
          </Button>
        )}
      </div>
    </div>
  );
}
