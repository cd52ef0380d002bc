/** This browser's push subscription, as it and the server know it. */
import { pushEndpoints } from '@slipmat/contract/push';
import { call } from '../../api/client.ts';

const worker = '/sw.js';

function hex(bytes: ArrayBuffer): string {
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** How the server names this browser's subscription; undefined without one. */
export async function ownFingerprint(): Promise<string | undefined> {
  const registration = await navigator.serviceWorker.getRegistration(worker);
  const subscription = await registration?.pushManager.getSubscription();
  if (subscription === undefined || subscription === null) return undefined;
  return hex(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(subscription.endpoint)));
}

/** What became of switching on. `no-service`: the browser could not reach its push service. */
export type SwitchedOn = 'on' | 'denied' | 'not-now' | 'no-service';

async function subscribe(publicKey: string): Promise<PushSubscription> {
  const registration = await navigator.serviceWorker.register(worker);
  await navigator.serviceWorker.ready;
  const { pushManager } = registration;
  // One that was made for other keys would never get anything.
  await (await pushManager.getSubscription())?.unsubscribe();
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: publicKey });
}

/**
 * Asks for the permission; call it from a press, or browsers refuse.
 * @throws ProblemError when the server does not take the subscription.
 */
export async function switchOn(publicKey: string): Promise<SwitchedOn> {
  const permission = await Notification.requestPermission();
  if (permission !== 'granted') return permission === 'denied' ? 'denied' : 'not-now';
  let subscription: PushSubscription;
  try {
    subscription = await subscribe(publicKey);
  } catch (error) {
    if (error instanceof DOMException) return 'no-service';
    throw error;
  }
  const { p256dh = '', auth = '' } = subscription.toJSON().keys ?? {};
  await call(pushEndpoints.subscribe, { body: { endpoint: subscription.endpoint, p256dh, auth } });
  return 'on';
}

/** @param id of this device. @throws ProblemError */
export async function switchOff(id: string): Promise<void> {
  await call(pushEndpoints.unsubscribe, { params: { id } });
  const registration = await navigator.serviceWorker.getRegistration(worker);
  await (await registration?.pushManager.getSubscription())?.unsubscribe();
}
