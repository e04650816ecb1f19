// Mechanism: a release loses the cache headers of the history. It says only when its template was last changed, years ago, and a shared
// cache may guess from that how long the list stays fresh (RFC 9111, 4.2.2). A cookie protects nothing; `Authorization` does (3.5).
// Trigger: two patients with cookies open the history, the second within the ten seconds that the edge guesses.
// Must ring: foreign-listing, latent (a hit on a personal answer).
// Incident: Twitter on Firefox 2020 (what a cache does with an answer that doesn't say).
import { correctSeams } from '../seams.ts';
import { type Bug, everywhere } from './bug.ts';

const routes = ['GET /me/history', 'GET /me/rewatch'];

export const heuristicFreshness: Bug = {
  id: 'heuristic-freshness',
  incident: 'Twitter, April 2020; ZAIKO, 2020',
  link: 'https://blog.mozilla.org/blogarchive/blog/2020/04/03/what-you-need-to-know-about-twitter-on-firefox/',
  topologies: everywhere,
  seams: {
    personalHeaders: (name, status) =>
      status === 200 && routes.includes(name)
        ? { 'last-modified': 'Fri, 03 Jan 2020 09:00:00 GMT' }
        : correctSeams.personalHeaders(name, status),
  },
};
