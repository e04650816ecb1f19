// Mechanism: the edge takes equal addresses for equal requests. While one is at the origin the others wait and get its answer, though
// nothing is cached and the answer says `private, no-store`.
// Trigger: requests for one id-less address in the same instant, while the first is still at the origin. One after another: never.
// Must ring: foreign-listing, foreign-identity. Incident: Mercari 2017 (a change of CDN).
import { type Bug, everywhere } from './bug.ts';

export const requestCollapsing: Bug = {
  id: 'request-collapsing',
  incident: 'Mercari, June 2017',
  link: 'https://engineering.mercari.com/en/blog/entry/2017-06-22-204500/',
  topologies: everywhere,
  seams: {
    collapseKey: ({ method, url, headers }) => (method === 'GET' && headers.range === undefined ? url : undefined),
  },
};
