/** Choosing an event that the sender may address. */
import { eventsEndpoints } from '@slipmat/contract/events';
import { useAsk } from '../../api/queries.ts';
import { run } from '../../api/run.ts';
import { Select } from '../../ui/field.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { useCan } from '../sessions/state.ts';

interface EventSelectProps {
  readonly slug: string;
  readonly error: string | undefined;
  readonly onlyOwn: boolean;
  readonly onChange: (slug: string) => void;
}

const where = 'the list of events';

export function EventSelect({ slug, error, onlyOwn, onChange }: EventSelectProps) {
  const makes = useCan('event.create') === true;
  const mine = useAsk(eventsEndpoints.mine, undefined, { where, shown: true, enabled: makes });
  const listed = useAsk(eventsEndpoints.list, undefined, { where, shown: true, enabled: !onlyOwn });
  const found = new Map<string, string>();
  const others = onlyOwn ? undefined : listed.data;
  for (const { slug: name, title } of [
    ...(mine.data?.events ?? []),
    ...(others === undefined ? [] : [...others.now, ...others.next, ...others.ended]),
  ]) {
    found.set(name, title);
  }
  // One that is not listed can come from the link that opened the composer.
  if (slug !== '' && !found.has(slug)) found.set(slug, slug);
  const failed = [mine, listed].find((one) => one.error !== null);
  return (
    <>
      <Select
        label="Event"
        value={slug}
        error={error}
        aria-busy={mine.isFetching || listed.isFetching}
        onChange={(event) => onChange(event.target.value)}
      >
        <option value="">Choose one</option>
        {[...found].map(([name, title]) => (
          <option key={name} value={name}>
            {title}
          </option>
        ))}
      </Select>
      {failed?.error != null && (
        <ProblemNotice
          problem={failed.error.problem}
          onRetry={() => run(() => failed.refetch(), where)}
          busy={failed.isFetching}
        />
      )}
    </>
  );
}
