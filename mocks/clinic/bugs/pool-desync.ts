// Mechanism: a cache call that is cancelled between write and read gives its connection back with the reply still to come. From then on
// every call on that connection reads the reply to the one before.
// Trigger: a client that hangs up while the cache is slow; then any request that gets that connection.
// Must ring: foreign-listing, foreign-identity, session-swap; answers 500 (a reply of the wrong type) are its early sign.
// Incident: OpenAI ChatGPT, March 2023 (redis-py issues 2624 and 2665).
import { type Bug, everywhere } from './bug.ts';

export const poolDesync: Bug = {
  id: 'pool-desync',
  incident: 'OpenAI ChatGPT, March 2023',
  link: 'https://openai.com/index/march-20-chatgpt-outage/',
  topologies: everywhere,
  seams: { reusesConnection: (outcome) => outcome === 'answered' || outcome === 'cancelled' },
};
