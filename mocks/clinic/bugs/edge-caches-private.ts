// Mechanism: the edge's next configuration caches everything for a second, whatever the origin says and whoever asks: `private`,
// cookies, tokens and Vary are all ignored. (The cookie that an answer sets is dropped, its body is kept.)
// Trigger: the configuration `next` goes live, then two patients ask for one id-less address within a second.
// Must ring: foreign-listing, latent (a hit, an Age, on a personal answer). Incidents: Steam 2015, Klarna 2021, Railway 2026.
import { type EdgeRequest, keepingOf, mayUseCache } from '../edge-keeping.ts';
import { type Bug, everywhere } from './bug.ts';

const everythingFor = { lifetimeMs: 1_000, vary: [], keepsCookie: false };

const isPlainGet = ({ method, headers }: EdgeRequest): boolean => method === 'GET' && headers.range === undefined;

export const edgeCachesPrivate: Bug = {
  id: 'edge-caches-private',
  incident: 'Steam, December 2015; Klarna, May 2021',
  link: 'https://www.pcgamer.com/valve-apologizes-for-steams-troubled-christmas/',
  topologies: everywhere,
  seams: {
    edgeServesStored: (request, config) => (config.name === 'next' ? isPlainGet(request) : mayUseCache(request)),
    edgeKeeps(request, answer, config) {
      const kept = keepingOf(request, answer, config);
      return config.name === 'next' && answer.status === 200 ? (kept ?? everythingFor) : kept;
    },
  },
};
