// What toxiproxy's faults take for usual, on a client of a test: the real one is in toxiproxy.e2e.test.ts.
import { expect, it } from 'vitest';
import { random } from '../../fixtures/random.ts';
import { faultNamed } from '../faults/index.ts';

it('does not take a single late answer for usual', async () => {
  const delaysMs = [4, 900, 3];
  const client = {
    reach: async () => {},
    observe: async () => ({ what: 'answered', ms: delaysMs.shift() }),
  };
  const systems = { store: { use: 'toxiproxy', faults: ['toxiproxy-latency'], client } };
  const levers = { nodes: async () => [], systems };
  expect(await faultNamed('toxiproxy-latency@store').plan(levers, random('seed', 'fault', 'f1'))).toEqual({
    usualMs: 4,
  });
});
