// The web app's static files: the same for everybody, and all that a browser may keep of the clinic.
import { readFile } from 'node:fs/promises';
import type { Answer } from '../http.ts';
import type { Handler, Services } from '../services.ts';

const names = [
  'clinic.css',
  'icon.svg',
  'clinic.js',
  'call.js',
  'camera.js',
  'emptying.js',
  'live.js',
  'navigation.js',
  'player.js',
  'player-emptying.js',
  'session-guard.js',
] as const;

const types: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  js: 'text/javascript; charset=utf-8',
};

export const ownAsset = (name: string): URL => new URL(`./assets/${name}`, import.meta.url);

const read = new Map<string, Promise<string>>();

async function fileAnswer({ seams }: Services, name: string, cacheControl: string): Promise<Answer> {
  const file = seams.assetFile(name);
  const text = read.get(file.href) ?? readFile(file, 'utf8');
  read.set(file.href, text);
  const type = types[name.split('.').at(-1) ?? ''] ?? 'text/plain';
  const headers = { 'content-type': type, 'cache-control': cacheControl, 'x-content-type-options': 'nosniff' };
  return { status: 200, headers, body: await text };
}

export const assetRoutes: readonly (readonly [string, Handler])[] = [
  ...names.map(
    (name) =>
      [`GET /assets/${name}`, (services: Services) => fileAnswer(services, name, 'public, max-age=60')] as const,
  ),
  // It decides over all pages, so the browser asks for it each time.
  ['GET /service-worker.js', (services) => fileAnswer(services, 'service-worker.js', 'public, no-cache')],
];
