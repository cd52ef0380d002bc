/** How it will look, to each kind of reader. */
import type { Account } from '@slipmat/contract/accounts';
import type { Reached } from '@slipmat/contract/sending';
import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { Markdown } from '../../ui/markdown.tsx';
import type { ComposeDraft } from './compose-draft.ts';
import { GoLink } from './go-link.tsx';
import { MustReadFace } from './must-read-face.tsx';
import { effectWords, getsIt, senderRole, type Viewer, viewers, viewerWords } from './viewers.ts';

interface PreviewsProps {
  readonly draft: ComposeDraft;
  readonly account: Account;
  readonly reached: Reached | undefined;
  /** Milliseconds. */
  readonly now: number;
}

function OnPage({ draft, account, now }: PreviewsProps) {
  const title = draft.title.trim() === '' ? 'The title' : draft.title;
  const from = { name: account.displayName, role: senderRole(account.groups) };
  const link = draft.link.trim();
  const body = (
    <>
      {draft.text.trim() !== '' && <Markdown text={draft.text} level={4} />}
      {link !== '' && <GoLink to={link} />}
    </>
  );
  if (draft.kind === 'normal') {
    return (
      <>
        <div className="flex min-h-11 items-center gap-3 border-b border-line bg-raised px-3 text-sm">
          <p className="min-w-0 flex-1 truncate">
            <span className="text-quiet">{account.displayName}: </span>
            <span className="text-accent underline underline-offset-4">{title}</span>
          </p>
          <span aria-hidden="true" className="text-quiet">
            ✕
          </span>
        </div>
        <div className="flex flex-col gap-2 px-3 py-4">
          <p className="text-sm text-quiet">And when it is opened:</p>
          <h3 className="text-base wrap-anywhere">{title}</h3>
          {body}
        </div>
      </>
    );
  }
  return (
    <div className="border-b border-lamp bg-glow px-3 py-3">
      <MustReadFace
        notification={{ title, from, sentAt: now, changedAt: null, incident: null }}
        count={1}
        isChanged={false}
        level={3}
        beside={false}
        actions={
          <Button variant="primary" disabled className="self-start">
            I have read this
          </Button>
        }
      >
        {body}
      </MustReadFace>
    </div>
  );
}

function InMail({ draft, account }: PreviewsProps) {
  const link = draft.link.trim();
  return (
    <div className="flex flex-col gap-3 p-4">
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 border-b border-line pb-3 text-sm">
        <dt className="text-quiet">From</dt>
        <dd>{account.displayName}, by Slipmat</dd>
        <dt className="text-quiet">Subject</dt>
        <dd className="font-medium wrap-anywhere">{draft.title.trim() === '' ? 'The title' : draft.title}</dd>
      </dl>
      {draft.text.trim() !== '' && <Markdown text={draft.text} level={4} />}
      {link !== '' && <GoLink to={link} />}
      {draft.kind === 'must-read' && (
        <p className="text-sm text-quiet">It is confirmed on the site, where this mail leads.</p>
      )}
    </div>
  );
}

function Frame({ viewer, ...props }: PreviewsProps & { readonly viewer: Viewer }) {
  return (
    <div
      className={classes(
        'overflow-hidden rounded-xl border border-edge bg-ground',
        viewer === 'phone' && 'mx-auto w-full max-w-80',
      )}
    >
      {viewer === 'mail' ? (
        <InMail {...props} />
      ) : (
        <>
          <div aria-hidden="true" className="flex h-9 items-center gap-2 border-b border-line px-3">
            <span className="size-4 rounded-full bg-lamp" />
            <span className="h-2 w-16 rounded-full bg-line" />
            <span className="ml-auto size-4 rounded-full bg-line" />
          </div>
          <OnPage {...props} />
          <div aria-hidden="true" className="flex flex-col gap-2 p-4">
            <span className="h-2 w-3/5 rounded-full bg-line" />
            <span className="h-2 w-4/5 rounded-full bg-line" />
          </div>
        </>
      )}
    </div>
  );
}

export function Previews(props: PreviewsProps) {
  const [viewer, setViewer] = useState<Viewer>('listener');
  const missing = getsIt(viewer, props.draft, props.reached);
  return (
    <div className="flex flex-col gap-4">
      <fieldset className="flex flex-wrap gap-2">
        <legend className="sr-only">As whom</legend>
        {viewers.map((one) => (
          <label
            key={one}
            className={classes(
              'inline-flex min-h-9 cursor-pointer items-center rounded-full border px-3.5 text-sm has-focus-visible:outline-3 has-focus-visible:outline-accent',
              one === viewer ? 'border-lamp bg-glow font-medium' : 'border-edge text-quiet hover:text-ink',
            )}
          >
            <input
              type="radio"
              name="viewer"
              value={one}
              checked={one === viewer}
              onChange={() => setViewer(one)}
              className="sr-only"
            />
            {viewerWords[one]}
          </label>
        ))}
      </fieldset>
      {missing === undefined ? (
        <>
          <Frame {...props} viewer={viewer} />
          <p className="text-sm text-quiet">{effectWords(viewer, props.draft)}</p>
        </>
      ) : (
        <p className="rounded-xl border border-dashed border-line px-4 py-6 text-quiet">{missing}</p>
      )}
    </div>
  );
}
