/** Under the header, for staff on every page: a roll-out stopped or waits, and nobody has noted it yet. */
import { can } from '@slipmat/contract/capabilities';
import { type RollOut, rollOutsEndpoints } from '@slipmat/contract/roll-outs';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import { passesByItself } from '../../api/problem-error.ts';
import { run } from '../../api/run.ts';
import { useTopic } from '../../api/use-topic.ts';
import { paths } from '../../paths.ts';
import { Button } from '../../ui/button.tsx';
import { ButtonLink } from '../../ui/link.tsx';
import { useLocation } from '../../ui/location.ts';
import { useMe } from '../sessions/state.ts';
import { rollOutsTopic } from './topic.ts';
import { alertWords } from './words.ts';

const line = 'flex flex-wrap items-center gap-x-4 gap-y-2 px-3 py-2 sm:px-6';

export function StoppedLine() {
  const { state, problem } = useTopic('roll-outs', rollOutsTopic);
  const groups = useMe().data?.account?.groups ?? [];
  const alerts = state?.rollOuts.filter(({ alertSince }) => alertSince !== null) ?? [];
  if (problem !== undefined && !passesByItself(problem))
    return (
      <p role="status" className={`${line} border-b border-line text-sm text-quiet`}>
        Whether a roll-out stopped is not known: {problem.detail} (Reference {problem.reference})
      </p>
    );
  return alerts.map((rollOut) => (
    <Alert key={rollOut.kind} rollOut={rollOut} mayManage={can(groups, 'roll-out.manage')} />
  ));
}

function Alert({ rollOut, mayManage }: { readonly rollOut: RollOut; readonly mayManage: boolean }) {
  const [busy, setBusy] = useState(false);
  const [path] = useLocation();
  const acknowledge = async (): Promise<void> => {
    setBusy(true);
    try {
      await call(rollOutsEndpoints.acknowledge, { params: { kind: rollOut.kind } });
    } finally {
      setBusy(false);
    }
  };
  return (
    <div role="alert" className={`${line} border-b border-danger bg-danger-ground text-sm`}>
      <p className="flex-1 basis-64 wrap-anywhere">{alertWords(rollOut)}</p>
      {path !== paths.rollOuts() && (
        <ButtonLink small to={paths.rollOuts()}>
          Look
        </ButtonLink>
      )}
      {mayManage && (
        <Button small busy={busy} onClick={() => run(acknowledge, 'the notice about a roll-out')}>
          Noted
        </Button>
      )}
    </div>
  );
}
