// Pages at once: from the cache if it has them, freshened behind for the next time.
const pages = 'pages-1';

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

const isPage = ({ method, headers }) => method === 'GET' && (headers.get('accept') ?? '').includes('text/html');

async function answer(request) {
  const cache = await caches.open(pages);
  const fresh = fetch(request).then((response) => {
    if (response.ok && !response.redirected) cache.put(request.url, response.clone());
    return response;
  });
  const kept = await cache.match(request.url);
  if (kept === undefined) return fresh;
  fresh.catch(() => {});
  return kept;
}

self.addEventListener('fetch', (event) => {
  if (isPage(event.request)) event.respondWith(answer(event.request));
});
