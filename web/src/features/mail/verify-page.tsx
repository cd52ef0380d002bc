/** The page behind a link that verifies an e-mail address; nobody has to be signed in. */
import { mailEndpoints } from '@slipmat/contract/mail';
import { useState } from 'react';
import { askMeAgain } from '../../api/me.ts';
import { useAct } from '../../api/queries.ts';
import { run } from '../../api/run.ts';
import { paths } from '../../paths.ts';
import { Button } from '../../ui/button.tsx';
import { tokenOf } from '../../ui/fragment-token.ts';
import { ButtonLink } from '../../ui/link.tsx';
import { Page } from '../../ui/page.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';

const where = 'the verification';

function Verify({ token }: { readonly token: string }) {
  const verify = useAct(mailEndpoints.verify, { where, shown: true });
  // A press, because programs that look at mail for viruses open links too.
  const press = (): void => verify.mutate({ body: { token } }, { onSuccess: () => run(askMeAgain, where) });
  if (verify.isSuccess) {
    return (
      <div role="status" className="flex flex-col gap-5">
        <p className="text-lg">
          <strong className="break-all">{verify.data.email}</strong> is verified. Pages that are open already
          know it.
        </p>
        <div className="flex flex-wrap gap-3">
          <ButtonLink to={paths.home()} variant="primary">
            See what is on
          </ButtonLink>
          <ButtonLink to={paths.settings()}>Settings</ButtonLink>
        </div>
      </div>
    );
  }
  const isOver = verify.error?.problem.code === 'verification-over';
  return (
    <div className="flex flex-col gap-5">
      <p>One press, and this site knows that the address is yours.</p>
      {verify.error !== null && (
        <ProblemNotice problem={verify.error.problem} onRetry={press} busy={verify.isPending} />
      )}
      <div>
        {isOver ? (
          <ButtonLink to={paths.settings()} variant="primary">
            Get a new link
          </ButtonLink>
        ) : (
          <Button variant="primary" busy={verify.isPending} onClick={press}>
            Verify my address
          </Button>
        )}
      </div>
    </div>
  );
}

export function VerifyPage() {
  const [token] = useState(() => tokenOf(location.hash));
  return (
    <Page title="Verify your e-mail address" width="narrow">
      {token === null ? (
        <p>
          This link is not whole. Please open all of it, as it was sent to you; it ends in{' '}
          <code className="font-mono">#token=…</code>.
        </p>
      ) : (
        <Verify token={token} />
      )}
    </Page>
  );
}
