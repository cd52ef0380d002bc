/** Shows what web push brings, and opens the page it is about. It answers no requests: pages never depend on it. */

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

/** A path of this site; anything else is its first page. */
function ownUrl(link) {
  const isPath = typeof link === 'string' && link.startsWith('/');
  // After the origin, so that whatever follows is a path: `//elsewhere` too.
  return self.location.origin + (isPath ? link : '/');
}

/** Browsers take the permission away from pages that get a push and show nothing, so something is shown. */
function unreadable(error) {
  console.error('a push could not be read', error);
  return { title: 'Slipmat', body: 'There is something new for you.', link: '/', tag: 'unreadable' };
}

function read(data) {
  try {
    const { title, body, link, tag } = data.json();
    return { title: String(title), body: String(body), link, tag: String(tag) };
  } catch (error) {
    return unreadable(error);
  }
}

self.addEventListener('push', (event) => {
  const { title, body, link, tag } = read(event.data);
  // The same tag takes the place of the one before, in silence: a message that comes twice is seen once.
  event.waitUntil(
    self.registration.showNotification(title, { body, tag, icon: '/favicon.svg', data: { link } }),
  );
});

async function open(url) {
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const same = pages.find((page) => page.url === url);
  if (same !== undefined) return same.focus();
  return self.clients.openWindow(url);
}

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(open(ownUrl(event.notification.data?.link)));
});
