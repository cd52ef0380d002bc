/** Where a notification leads: a page of this site, or another site by its name. */

import { buttonClasses } from '../../ui/button.tsx';
import { ButtonLink } from '../../ui/link.tsx';
import { safeHref } from '../../ui/safe-href.ts';

export function GoLink({ to }: { readonly to: string }) {
  const safe = safeHref(to);
  if (safe === undefined) return null;
  if (!safe.isElsewhere) {
    return (
      <ButtonLink small to={safe.href} className="self-start">
        Open the page
      </ButtonLink>
    );
  }
  return (
    <a
      href={safe.href}
      target="_blank"
      rel="noopener noreferrer nofollow ugc"
      className={`${buttonClasses('quiet', true)} max-w-full self-start`}
    >
      <span className="truncate">Open {new URL(safe.href).host}</span>
    </a>
  );
}
