/** How normal notifications may reach one beyond the pages. */
import { type ChannelWishes, notificationsEndpoints } from '@slipmat/contract/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { keyOf, useAct, useAsk } from '../../api/queries.ts';
import { Checkbox } from '../../ui/field.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Region } from '../../ui/region.tsx';

const where = 'how notifications reach you';

const words: Readonly<Record<keyof ChannelWishes, { label: string; hint: string }>> = {
  email: { label: 'E-mail', hint: 'To your address, once it is verified.' },
  push: { label: 'Push', hint: 'To the browsers in which you allowed it, also while this site is closed.' },
};
const channels = ['email', 'push'] as const;

function Choices({ wishes }: { readonly wishes: ChannelWishes }) {
  const cache = useQueryClient();
  const act = useAct(notificationsEndpoints.wish, { where, shown: true });
  // What was just chosen is shown at once; a refusal takes it back and says so.
  const shown = act.isPending ? act.variables.body : wishes;
  const choose = (body: ChannelWishes): void =>
    act.mutate(
      { body },
      { onSuccess: (reply) => cache.setQueryData(keyOf(notificationsEndpoints.wishes, {}), reply) },
    );
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-2 text-quiet">
        When you have not seen a normal notification here after a while, it may go on to:
      </legend>
      {channels.map((channel) => (
        <Checkbox
          key={channel}
          label={words[channel].label}
          hint={words[channel].hint}
          checked={shown[channel]}
          disabled={act.isPending}
          onChange={(event) => choose({ ...wishes, [channel]: event.target.checked })}
        />
      ))}
      <Checkbox
        label="What must be read, by every way there is"
        hint="This cannot be switched off: it is sent only when something has to reach you, and stops when you confirm it."
        checked
        disabled
        readOnly
      />
      <p role="status" className="text-sm text-good">
        {act.isSuccess && 'Saved.'}
      </p>
      {act.error !== null && (
        <ProblemNotice
          problem={act.error.problem}
          onRetry={() => choose(act.variables?.body ?? wishes)}
          busy={act.isPending}
        />
      )}
    </fieldset>
  );
}

export function Wishes() {
  const asked = useAsk(notificationsEndpoints.wishes, undefined, { where, shown: true });
  return (
    <Panel title="How they reach you">
      <Region of={asked}>{({ wishes }) => <Choices wishes={wishes} />}</Region>
    </Panel>
  );
}
