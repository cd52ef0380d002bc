/** All scenes of the walk, a file for each feature of the web part. */
import type { Scenes } from './scene.ts';
import { accounts } from './scenes/accounts.ts';
import { chat } from './scenes/chat.ts';
import { dashboard } from './scenes/dashboard.ts';
import { events } from './scenes/events.ts';
import { faults } from './scenes/faults.ts';
import { frame } from './scenes/frame.ts';
import { incidents } from './scenes/incidents.ts';
import { live } from './scenes/live.ts';
import { mail } from './scenes/mail.ts';
import { notifications } from './scenes/notifications.ts';
import { push } from './scenes/push.ts';
import { rollOuts } from './scenes/roll-outs.ts';
import { sending } from './scenes/sending.ts';
import { sessions } from './scenes/sessions.ts';

export const scenes: Scenes = [
  ...frame,
  ...accounts,
  ...chat,
  ...dashboard,
  ...events,
  ...faults,
  ...incidents,
  ...live,
  ...mail,
  ...notifications,
  ...push,
  ...rollOuts,
  ...sending,
  ...sessions,
];
