/** Notifications over HTTP, for readers and for senders. */

import { sendingLimits } from '@slipmat/contract/sending';
import type { Database } from '#server/db/open.ts';
import type { Handlers } from '#server/http/mount.ts';
import type { Notifications } from './index.ts';
import * as store from './store.ts';

export interface NotificationRoutesDeps {
  readonly db: Database;
  readonly notifications: Notifications;
}

export function notificationRoutes({ db, notifications }: NotificationRoutesDeps): Handlers<'notifications'> {
  const { reading } = notifications;
  return {
    show: ({ who }) => reading.state(who),
    history: ({ query, signedIn }) => reading.history(signedIn().person, query.before),
    async see({ body, signedIn }) {
      await reading.see(signedIn().person, body.ids);
      return {};
    },
    async dismiss({ params, signedIn }) {
      return { reading: await reading.dismiss(signedIn().person, params.id) };
    },
    async confirm({ params, body, signedIn }) {
      return { reading: await reading.confirm(signedIn().person, params.id, body.version) };
    },
    async wishes({ signedIn }) {
      return { wishes: await store.wishesOf(db.read, signedIn().person.id) };
    },
    async wish({ body, signedIn }) {
      await db.write((trx) => store.putWishes(trx, signedIn().person.id, body));
      return { wishes: await store.wishesOf(db.read, signedIn().person.id) };
    },
  };
}

export function sendingRoutes({ db, notifications }: NotificationRoutesDeps): Handlers<'sending'> {
  const { sending, ledger, refuseUnread, seesAll } = notifications;
  return {
    async preview({ body, who, signedIn }) {
      const { kind, audience } = body;
      return { reached: await sending.preview({ person: signedIn().person, who, kind }, audience) };
    },
    async send({ body, who, signedIn }) {
      const { person } = signedIn();
      await refuseUnread(db.read, person);
      return { notification: await sending.send(person, who, body) };
    },
    list({ query, signedIn }) {
      const { person } = signedIn();
      return sending.list(person, seesAll(person), query.before);
    },
    async show({ params, signedIn }) {
      const { person } = signedIn();
      const stored = await sending.own(params.id, person, seesAll(person));
      return {
        notification: await sending.viewOne(db.read, stored),
        progress: await ledger.progress(stored),
      };
    },
    async change({ params, body, signedIn }) {
      const { person } = signedIn();
      const { id } = await sending.own(params.id, person, seesAll(person));
      const changed = await db.write((trx, afterCommit) => sending.change(trx, afterCommit, id, body));
      return { notification: await sending.viewOne(db.read, changed) };
    },
    async withdraw({ params, signedIn }) {
      const { person } = signedIn();
      const { id } = await sending.own(params.id, person, seesAll(person));
      const changed = await db.write((trx, afterCommit) => sending.withdraw(trx, afterCommit, id));
      return { notification: await sending.viewOne(db.read, changed) };
    },
    async remind({ params, signedIn }) {
      const { person } = signedIn();
      const { id } = await sending.own(params.id, person, seesAll(person));
      await db.write((trx, afterCommit) => sending.remind(trx, afterCommit, id));
      return { notification: await sending.viewOne(db.read, await sending.own(id, person, true)) };
    },
    async ledger({ params, query, signedIn }) {
      const { person } = signedIn();
      const stored = await sending.own(params.id, person, seesAll(person));
      return ledger.page(stored, query, sendingLimits.ledgerPage);
    },
  };
}
