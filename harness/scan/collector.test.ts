// A page may hold more canaries than are kept of it; whose they are must not get lost for that.
import { expect, it } from 'vitest';
import { encodeCanary } from '../../fixtures/canary.ts';
import { patientIndex } from '../../fixtures/domain.ts';
import { createCollector } from './collector.ts';

const token = (owner: number, item: number): string =>
  encodeCanary({ run: 1, owner: patientIndex(owner), kind: 'title', item });

it('sees a foreign token behind more of one’s own than it keeps', () => {
  const collector = createCollector(10);
  for (let item = 0; item < 50; item++) collector.found(token(1, item), 'body', 'plain', item);
  collector.found(token(2, 0), 'body', 'plain', 99);
  const { sightings, partial } = collector.result();
  expect(sightings.map(({ owner }) => owner)).toEqual([...Array(10).fill(1), 2]);
  expect(partial).toBe(true);
});

it('keeps no more than twice as many as it should, whoever they are of', () => {
  const collector = createCollector(10);
  for (let item = 0; item < 10; item++) collector.found(token(1, item), 'body', 'plain', item);
  for (let owner = 2; owner < 100; owner++) collector.found(token(owner, 0), 'body', 'plain', owner);
  expect(collector.result().sightings.length).toBeLessThan(20);
});
