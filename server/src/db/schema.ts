/** All tables, joined from the features' own declarations (types only). */
import type { AccountsTables } from '../features/accounts/tables.ts';
import type { AdoptionTables } from '../features/adoption/tables.ts';
import type { BroadcastTables } from '../features/broadcast/tables.ts';
import type { ChatTables } from '../features/chat/tables.ts';
import type { EventsTables } from '../features/events/tables.ts';
import type { FaultsTables } from '../features/faults/tables.ts';
import type { GateTables } from '../features/gate/tables.ts';
import type { IncidentsTables } from '../features/incidents/tables.ts';
import type { MailTables } from '../features/mail/tables.ts';
import type { NotificationsTables } from '../features/notifications/tables.ts';
import type { PushTables } from '../features/push/tables.ts';
import type { RollOutsTables } from '../features/roll-outs/tables.ts';
import type { SessionsTables } from '../features/sessions/tables.ts';
import type { JournalTables } from '../realtime/tables.ts';

export type Tables = AccountsTables &
  SessionsTables &
  EventsTables &
  BroadcastTables &
  ChatTables &
  AdoptionTables &
  GateTables &
  RollOutsTables &
  MailTables &
  PushTables &
  FaultsTables &
  IncidentsTables &
  NotificationsTables &
  JournalTables;
