// Keeps what is the same for everybody, and answers with a page that says so when there is no network. Nothing personal goes through it
// into any cache: pages, lists and recordings pass by.
const shell = 'shell-1';
const files = [
  '/offline',
  '/assets/clinic.css',
  '/assets/icon.svg',
  '/assets/clinic.js',
  '/assets/call.js',
  '/assets/camera.js',
  '/assets/emptying.js',
  '/assets/live.js',
  '/assets/navigation.js',
  '/assets/player.js',
  '/assets/player-emptying.js',
  '/assets/session-guard.js',
];

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(shell).then((cache) => cache.addAll(files)));
  self.skipWaiting();
});

self.addEventListener('activate', (event) => {
  const others = async () => {
    for (const name of await caches.keys()) if (name !== shell) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(others());
});

const kept = (path) => caches.match(path).then((found) => found ?? Response.error());

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { pathname } = new URL(request.url);
  if (request.method !== 'GET') return;
  if (request.mode === 'navigate') event.respondWith(fetch(request).catch(() => kept('/offline')));
  else if (files.includes(pathname)) event.respondWith(fetch(request).catch(() => kept(pathname)));
});
