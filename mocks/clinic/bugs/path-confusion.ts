// Mechanism: two parts read one path differently. For the edge, whatever ends like a static file is one, and is kept for two seconds
// whatever the origin says and whoever asks; the app ignores what stands behind a path that it knows, and serves the private page.
// Trigger: a patient opens /me/history/x.css; then nobody (or anybody) opens the same address.
// Must ring: anonymous, foreign-listing. Incident: web cache deception at PayPal, 2017 (Omer Gil).
import { keepingOf, mayUseCache } from '../edge-keeping.ts';
import { splitTarget } from '../http.ts';
import { type Bug, everywhere } from './bug.ts';

const staticFileFor = { lifetimeMs: 2_000, vary: [], keepsCookie: false };

const looksStatic = (url: string): boolean => /\.(css|js|png)$/.test(splitTarget(url).path);

/** The longest beginning of the path that is served; the path itself when none is. */
function knownBeginning(path: string, isServed: (path: string) => boolean): string {
  const parts = path.split('/');
  for (let count = parts.length; count > 1; count -= 1) {
    const beginning = parts.slice(0, count).join('/');
    if (isServed(beginning)) return beginning;
  }
  return path;
}

export const pathConfusion: Bug = {
  id: 'path-confusion',
  incident: 'PayPal, February 2017 (a researcher)',
  link: 'https://blogs.akamai.com/2017/03/on-web-cache-deception-attacks.html',
  topologies: everywhere,
  seams: {
    edgeServesStored: (request) =>
      looksStatic(request.url) ? request.method === 'GET' && request.headers.range === undefined : mayUseCache(request),
    edgeKeeps(request, answer, config) {
      const kept = keepingOf(request, answer, config);
      return looksStatic(request.url) && answer.status === 200 ? (kept ?? staticFileFor) : kept;
    },
    servedPath: knownBeginning,
  },
};
