// What the bugs of a shared device have in common: which answers are pages of somebody's, and files of the web app as another release
// had them.
import { ownAsset } from '../pages/assets.ts';
import { correctSeams, type Seams } from '../seams.ts';

const personalPages = [
  'GET /me/rewatch',
  'GET /me/rewatch/recordings/{id}',
  'GET /patients/{id}/rewatch',
  'GET /me/consultations/{id}/visit',
  'GET /me/sharing',
  'GET /me/account',
];

/** These answers, once they are good, say this about who may keep them; all others are as they should be. */
export function keptAs(cacheControl: string, routes: readonly string[] = personalPages): Seams['personalHeaders'] {
  return (name, status) =>
    status < 300 && routes.includes(name)
      ? { 'cache-control': cacheControl }
      : correctSeams.personalHeaders(name, status);
}

/** Serves the files named on the left from `bugs/assets` instead. */
export function withAssets(replaced: Readonly<Record<string, string>>): Seams['assetFile'] {
  return (name) => {
    const other = replaced[name];
    return other === undefined ? ownAsset(name) : new URL(`./assets/${other}`, import.meta.url);
  };
}

/** Pages that never ask whose session they show: nobody had thought of it before. */
export const unwatched = { 'session-guard.js': 'session-guard-absent.js' } as const;

/** Another service worker, which keeps pages; signing out asks for nothing to be emptied that was not there before it. */
export const withWorker = (file: string): Pick<Seams, 'clearedAtSignOut' | 'assetFile'> => ({
  clearedAtSignOut: '"cache"',
  assetFile: withAssets({ ...unwatched, 'service-worker.js': file, 'emptying.js': 'emptying-without-caches.js' }),
});
