import type { Group } from '@slipmat/contract/capabilities';
import { Badge } from '../../ui/badge.tsx';
import { groupWords, shownGroups } from './group-words.ts';

/** A person's groups as badges. */
export function GroupBadges({ groups }: { readonly groups: readonly Group[] }) {
  return shownGroups(groups).map((group) => (
    <Badge key={group} tone={group === 'dj' ? 'lamp' : 'plain'}>
      {groupWords[group].name}
    </Badge>
  ));
}
