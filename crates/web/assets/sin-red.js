// Stands in for the network. RELEASE, written above by the server, names the page and its files: all of
// them are taken at once when a release is installed, and none is mixed with another's.
//
// Pages come from the network where there is one. What is kept is the newest page seen.
'use strict';
const KEPT = `paso ${RELEASE.page} ${RELEASE.files.join(' ')}`;

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches.open(KEPT).then((kept) => kept.addAll(RELEASE.files)).then(() => self.skipWaiting()),
  );
});

self.addEventListener('activate', (event) => {
  const own = `paso ${RELEASE.page} `;
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(
        names.filter((name) => name.startsWith(own) && name !== KEPT).map((name) => caches.delete(name)),
      ))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET') return;
  const { origin, pathname } = new URL(request.url);
  if (origin !== self.location.origin) return;
  if (request.mode === 'navigate') event.respondWith(page(request, pathname));
  else if (RELEASE.files.includes(pathname)) event.respondWith(file(request));
});

async function file(request) {
  const kept = await caches.open(KEPT);
  return (await kept.match(request, { ignoreSearch: true })) ?? fetch(request);
}

async function page(request, pathname) {
  const kept = await caches.open(KEPT);
  try {
    const answer = await fetch(request);
    if (answer.ok && pathname === RELEASE.page) await kept.put(RELEASE.page, answer.clone());
    return answer;
  } catch (fault) {
    // Any page under here that cannot be reached becomes the one that needs no network.
    const instead = await kept.match(RELEASE.page);
    if (instead) return instead;
    throw fault;
  }
}
