import { expect, it } from 'vitest';
import { capacityProblem } from './capacity.ts';
import type { Scenario } from './plan.ts';

const scenario: Scenario = {
  name: 'look',
  summary: '',
  needs: [],
  weight: 1,
  scene: () => [{ seat: 0, patient: null, steps: [{ atMs: 0, action: { kind: 'who-am-i' } }] }],
};
const plan = (durationMs: number) => ({
  seed: '1',
  lanes: 8,
  durationMs,
  thinkMs: 100,
  mix: [{ scenario, weight: 1 }],
  faults: [],
});

it('lets a plan through that fits, and refuses one that does not, with what to do', () => {
  expect(capacityProblem(plan(60_000), 4_000_000_000)).toBeNull();
  expect(capacityProblem(plan(86_400_000), 100_000_000)).toMatch(/more than 34,782 operations.*Shorten the drill/);
});
