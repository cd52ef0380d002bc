/** Who is signed in, as every part of the page asks. */
import { type Capability, can } from '@slipmat/contract/capabilities';
import { useMe } from '../../api/me.ts';

export { useMe } from '../../api/me.ts';
export { returnPath, signInPath, signUpPath } from '../../api/return-path.ts';

/** True when the signed-in person has the capability; undefined while it is not known yet. */
export function useCan(capability: Capability): boolean | undefined {
  const { data } = useMe();
  return data === undefined ? undefined : can(data.account?.groups ?? [], capability);
}
