// For tests: one trial, and what of it should differ.
import type { Sighting, Trial } from './calibration.ts';

export const sampleSighting: Sighting = {
  rule: 'foreign-listing',
  route: 'GET /me/history',
  scenario: 'same-instant',
  action: 'view-history',
  faultsOpen: [],
  window: 'steady',
  node: 'app-1',
  version: 'v1',
  afterMs: 500,
  afterOperations: 12,
};

export const sampleTrial = (differs: Partial<Trial> = {}): Trial => ({
  kind: 'trigger',
  topology: 'embedded',
  bug: 'pool-desync',
  drill: 'with its trigger',
  seed: '1',
  key: 'k1',
  rings: ['foreign-listing'],
  verdict: 'LEAK',
  reasons: [],
  rules: ['foreign-listing', 'missing-own'],
  findings: 2,
  first: sampleSighting,
  operations: 40,
  opportunities: 10,
  log: { answers: 60, foreign: 12, missed: 0, invented: 0, miscounted: 0 },
  tookMs: 1_800,
  run: 'pool-desync/20261122-1',
  ...differs,
});

export const quietTrial = (differs: Partial<Trial> = {}): Trial =>
  sampleTrial({ kind: 'no-trigger', verdict: 'INCONCLUSIVE', rules: [], findings: 0, first: null, ...differs });

export const correctTrial = (differs: Partial<Trial> = {}): Trial =>
  quietTrial({
    kind: 'correct',
    bug: null,
    drill: 'every fault',
    rings: [],
    verdict: 'PASS',
    operations: 9_000,
    ...differs,
  });
