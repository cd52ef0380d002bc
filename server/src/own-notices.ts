/** What Slipmat itself tells people: the words of notifications that no person sends. */
import type { RollOutKind } from '@slipmat/contract/roll-outs';
import type { SystemDraft } from './features/notifications/index.ts';

/** Whoever runs this Slipmat. */
export const toStaff: SystemDraft['audience'] = {
  to: [
    { kind: 'group', group: 'staff' },
    { kind: 'group', group: 'owner' },
  ],
  except: [],
};

const whatRollsOut: Readonly<Record<RollOutKind, string>> = {
  cookie: 'the new sign-in cookie',
  csrf: 'CSRF protection',
};

/** A roll-out was stopped and taken back by the server. */
export function rollOutStopped(kind: RollOutKind, reason: string | null): SystemDraft {
  return {
    kind: 'normal',
    title: `The roll-out of ${whatRollsOut[kind]} stopped itself`,
    text: `It was taken back, and nobody was signed out.${reason === null ? '' : `\n\n${reason}`}`,
    link: '/staff/roll-outs',
    audience: toStaff,
    pushAfter: 0,
    emailAfter: 5,
  };
}

/** A cookie that had been replaced came back, so one of two browsers has a copy; the session of both was ended. */
export function sessionCopied(handle: string): SystemDraft {
  return {
    kind: 'normal',
    title: 'One of your devices was signed out',
    text:
      'It came with a sign-in that had been renewed before. A backup that was restored does that, and so does somebody ' +
      'who copied your cookies. If you restored nothing, look through your devices and change your password.',
    link: '/settings',
    audience: { to: [{ kind: 'people', handles: [handle] }], except: [] },
    emailAfter: 0,
  };
}
