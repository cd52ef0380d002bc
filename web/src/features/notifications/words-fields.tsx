/** What it says. */
import { NotificationKind } from '@slipmat/contract/audiences';
import type { Group } from '@slipmat/contract/capabilities';
import { notificationLimits } from '@slipmat/contract/notifications';
import { Field, TextArea } from '../../ui/field.tsx';
import type { FieldErrors } from '../../ui/form-problems.ts';
import { kindsFor } from './audience.ts';
import type { ComposeDraft } from './compose-draft.ts';

const kinds: Readonly<Record<NotificationKind, { label: string; hint: string }>> = {
  normal: { label: 'Normal', hint: 'A quiet line; its reader puts it away.' },
  'must-read': {
    label: 'Must read',
    hint: 'Stays on every page until it is confirmed, and stops going live, writing in chats and sending. Never listening.',
  },
};

interface KindFieldProps {
  readonly kind: NotificationKind;
  readonly groups: readonly Group[];
  readonly onChange: (kind: NotificationKind) => void;
}

export function KindField({ kind, groups, onChange }: KindFieldProps) {
  const offered = kindsFor(groups);
  return (
    <fieldset>
      <legend className="mb-1 font-medium">Kind</legend>
      <div className="flex flex-col gap-1">
        {NotificationKind.options
          .filter((one) => offered.includes(one) || one === kind)
          .map((one) => (
            <label key={one} className="flex min-h-11 items-start gap-3 py-1.5">
              <input
                type="radio"
                name="kind"
                value={one}
                checked={one === kind}
                onChange={() => onChange(one)}
                className="mt-0.5 size-5 shrink-0 accent-lamp"
              />
              <span>
                <span className="block">{kinds[one].label}</span>
                <span className="block text-sm text-quiet">{kinds[one].hint}</span>
              </span>
            </label>
          ))}
      </div>
    </fieldset>
  );
}

interface WordsFieldsProps {
  readonly draft: Pick<ComposeDraft, 'title' | 'text' | 'link'>;
  readonly errors: FieldErrors;
  readonly onChange: (change: Partial<Pick<ComposeDraft, 'title' | 'text' | 'link'>>) => void;
}

export function WordsFields({ draft, errors, onChange }: WordsFieldsProps) {
  return (
    <>
      <Field
        label="Title"
        required
        maxLength={notificationLimits.titleLength}
        value={draft.title}
        error={errors['title']}
        hint="What it is about, in one line."
        onChange={(event) => onChange({ title: event.target.value })}
      />
      <TextArea
        label="Text"
        rows={7}
        maxLength={notificationLimits.textLength}
        value={draft.text}
        error={errors['text']}
        hint="Markdown: **strong**, *emphasis*, lists, [links](https://example.com). No pictures, no HTML."
        onChange={(event) => onChange({ text: event.target.value })}
      />
      <Field
        label="Link"
        inputMode="url"
        maxLength={notificationLimits.linkLength}
        value={draft.link}
        error={errors['link']}
        hint="Where it leads, if anywhere: a page such as /e/friday, or an https address."
        onChange={(event) => onChange({ link: event.target.value })}
      />
    </>
  );
}
