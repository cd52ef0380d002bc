/** Building an audience: rows of whom it is for, and rows of whom not. */
import { AddressedGroup, audienceLimits } from '@slipmat/contract/audiences';
import type { Group } from '@slipmat/contract/capabilities';
import { newKey } from '../../api/new-key.ts';
import { Button } from '../../ui/button.tsx';
import { Field, Select, TextArea } from '../../ui/field.tsx';
import type { FieldErrors } from '../../ui/form-problems.ts';
import { handlesOf, newPart, onlyOwnEvents, type PartDraft, PartKind, partsFor } from './audience.ts';
import type { ComposeDraft } from './compose-draft.ts';
import { EventSelect } from './event-select.tsx';
import { plural } from './sent-words.ts';

const kindWords: Readonly<Record<PartKind, string>> = {
  everyone: 'Everyone',
  listeners: 'Listeners',
  djs: 'DJs',
  group: 'A group',
  event: 'The people of an event',
  people: 'Named people',
  fault: 'Those hit by a fault',
};

const kindHints: Partial<Record<PartKind, string>> = {
  everyone: 'All accounts, and whoever listens without one.',
  listeners: 'Accounts without an active DJ profile.',
  djs: 'Accounts with an active DJ profile.',
  event: 'Its host, its line-up, and whoever wrote in its chat.',
  fault: 'Whoever was signed in when it hit them.',
};

const groupNames: Readonly<Record<AddressedGroup, string>> = {
  moderator: 'Moderators',
  mentor: 'Mentors',
  staff: 'Staff',
  owner: 'Owner',
};

interface RowProps {
  readonly row: PartDraft;
  /** Where its errors are, such as `audience.to.0`. */
  readonly at: string;
  readonly errors: FieldErrors;
  readonly groups: readonly Group[];
  readonly draft: ComposeDraft;
  readonly onChange: (row: PartDraft) => void;
}

/** The first error at a path or below it. */
function errorAt(errors: FieldErrors, path: string): string | undefined {
  const found = Object.keys(errors).find((one) => one === path || one.startsWith(`${path}.`));
  return found === undefined ? undefined : errors[found];
}

/** What is asked beyond the kind. */
function Particulars({ row, at, errors, groups, draft, onChange }: RowProps) {
  switch (row.kind) {
    case 'group':
      return (
        <Select
          label="Group"
          value={row.group}
          error={errorAt(errors, `${at}.group`)}
          onChange={(event) => onChange({ ...row, group: AddressedGroup.parse(event.target.value) })}
        >
          {AddressedGroup.options.map((group) => (
            <option key={group} value={group}>
              {groupNames[group]}
            </option>
          ))}
        </Select>
      );
    case 'event':
      return (
        <EventSelect
          slug={row.slug}
          error={errorAt(errors, `${at}.slug`)}
          onlyOwn={onlyOwnEvents(groups, draft.kind)}
          onChange={(slug) => onChange({ ...row, slug })}
        />
      );
    case 'people':
      return (
        <TextArea
          label="Handles"
          rows={2}
          autoCapitalize="none"
          spellCheck={false}
          value={row.handles}
          error={errorAt(errors, `${at}.handles`)}
          hint={`With spaces or commas between them, at most ${audienceLimits.people}. ${plural(
            handlesOf(row.handles).length,
            'person',
          ).replace(/persons$/, 'people')} so far.`}
          onChange={(event) => onChange({ ...row, handles: event.target.value })}
        />
      );
    case 'fault':
      return (
        <Field
          label="Fault"
          value={row.faultId}
          error={errorAt(errors, `${at}.faultId`)}
          hint="Its id, as its page gives it. Best begun from there."
          onChange={(event) => onChange({ ...row, faultId: event.target.value })}
        />
      );
    default:
      return null;
  }
}

function Row(props: RowProps & { readonly name: string; readonly onRemove: () => void }) {
  const { row, at, errors, groups, draft, onChange, name, onRemove } = props;
  const offered = partsFor(groups, draft.kind);
  const isOffered = offered.includes(row.kind);
  return (
    <li className="flex flex-col gap-4 rounded-xl border border-line p-4">
      <div className="flex items-end gap-3">
        <div className="min-w-0 flex-1">
          <Select
            label={name}
            value={row.kind}
            error={isOffered ? errors[`${at}.kind`] : 'You may not send this kind of notification to them.'}
            hint={kindHints[row.kind]}
            onChange={(event) => onChange({ ...row, kind: PartKind.parse(event.target.value) })}
          >
            {PartKind.options
              .filter((kind) => offered.includes(kind) || kind === row.kind)
              .map((kind) => (
                <option key={kind} value={kind}>
                  {kindWords[kind]}
                </option>
              ))}
          </Select>
        </div>
        <Button
          small
          className="self-start mt-8"
          aria-label={`Remove: ${kindWords[row.kind]}`}
          onClick={onRemove}
        >
          Remove
        </Button>
      </div>
      <Particulars {...props} />
    </li>
  );
}

interface SideProps {
  readonly side: 'to' | 'except';
  readonly draft: ComposeDraft;
  readonly errors: FieldErrors;
  readonly groups: readonly Group[];
  readonly onChange: (draft: ComposeDraft) => void;
}

function Side({ side, draft, errors, groups, onChange }: SideProps) {
  const rows = draft[side];
  const offered = partsFor(groups, draft.kind);
  const set = (next: PartDraft[]): void => onChange({ ...draft, [side]: next });
  // Never everyone by a slip.
  const first = offered.includes('people') ? 'people' : offered[0];
  return (
    <div className="flex flex-col gap-3">
      {rows.length > 0 && (
        <ol className="flex flex-col gap-3">
          {rows.map((row, index) => (
            <Row
              key={row.key}
              row={row}
              at={`audience.${side}.${String(index)}`}
              name={side === 'to' ? (index === 0 ? 'To' : 'And to') : 'Without'}
              errors={errors}
              groups={groups}
              draft={draft}
              onChange={(next) => set(rows.map((one) => (one.key === row.key ? next : one)))}
              onRemove={() => set(rows.filter((one) => one.key !== row.key))}
            />
          ))}
        </ol>
      )}
      {errors[`audience.${side}`] !== undefined && (
        <p className="text-sm text-danger">
          <span aria-hidden="true">▲ </span>
          {errors[`audience.${side}`]}
        </p>
      )}
      {rows.length < audienceLimits.parts && first !== undefined && (
        <Button small className="self-start" onClick={() => set([...rows, newPart(newKey(), first)])}>
          {side === 'to'
            ? rows.length === 0
              ? 'Say whom it is for'
              : 'And somebody else'
            : 'Leave somebody out'}
        </Button>
      )}
    </div>
  );
}

export function AudienceFields(props: Omit<SideProps, 'side'>) {
  return (
    <div className="flex flex-col gap-5">
      <Side {...props} side="to" />
      {(props.draft.to.length > 0 || props.draft.except.length > 0) && <Side {...props} side="except" />}
    </div>
  );
}
