// How redis-pause is judged, on a client of a test: the real one is in redis.e2e.test.ts.
import { expect, it } from 'vitest';
import { faultNamed } from '../faults/index.ts';

it('takes one late answer for a busy machine, and two in a row for a pause', async () => {
  const answers = [true, false, true, false, false];
  const client = {
    reach: async () => {},
    command: async () => {
      if (!answers.shift()) throw new Error('late');
    },
  };
  const systems = { sessions: { use: 'redis', faults: ['redis-pause'], client } };
  const look = faultNamed('redis-pause@sessions').prove({ nodes: async () => [], systems }, {});
  const bits: boolean[] = [];
  while (answers.length > 0) bits.push((await look()).bit);
  expect(bits).toEqual([false, false, false, false, true]);
});
