/** For members who are not DJs yet, or not at the moment: what the dashboard is and how to get there. */
import type { ReactNode } from 'react';
import { ButtonLink } from '../../ui/link.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Record } from '../../ui/record.tsx';

const steps = [
  'Ask a mentor or somebody of staff to make you a DJ. They either send you an invitation link or do it on your page here.',
  'Open the link while you are signed in, and press “Become a DJ”.',
  'Come back here: you get a stream key and the settings for your software.',
  'Plan an event, publish it, and connect from 30 minutes before it starts.',
] as const;

export function NotADj({ handle }: { readonly handle: string }) {
  return (
    <Page
      title="You are not a DJ here yet"
      lead="The dashboard is where DJs run their evening: the connection of their software, listeners, chat."
    >
      <div className="grid items-start gap-8 sm:grid-cols-[10rem_minmax(0,1fr)]">
        <Record turning={false} className="hidden w-40 sm:block" />
        <Panel title="How to become one">
          <ol className="ml-5 flex list-decimal flex-col gap-2 marker:text-accent">
            {steps.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
          <p className="mt-4 text-quiet">
            Tell them your handle: <code className="font-mono text-ink">{handle}</code>
          </p>
          <div className="mt-5">
            <ButtonLink to="/">See what is on</ButtonLink>
          </div>
        </Panel>
      </div>
    </Page>
  );
}

/** For DJs whose e-mail address is not verified. @param children the way to mend it. */
export function PausedDj({ children }: { readonly children: ReactNode }) {
  return (
    <Page
      title="Your DJ profile is paused"
      lead="You are a DJ here, but your e-mail address is not verified. Until it is, your software is turned away and you cannot plan events. The moment it is verified, the dashboard opens here by itself."
    >
      <div className="grid items-start gap-8 sm:grid-cols-[10rem_minmax(0,1fr)]">
        <Record turning={false} className="hidden w-40 sm:block" />
        {children}
      </div>
    </Page>
  );
}
