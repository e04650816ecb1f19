// An instance that a deploy left behind leaks alone: the others, and a clinic that has no others, are correct.
import { afterEach, expect, test } from 'vitest';
import { enrolMany, foreignIn } from './bug-trigger.ts';
import { type ClinicUnderTest, startClinic } from './clinic-under-test.ts';

const roundCount = 6;

let clinic: ClinicUnderTest | undefined;
afterEach(() => clinic?.stop());

/** The nodes that showed somebody what was another's. */
async function leakingNodes(nodeCount: number): Promise<readonly string[]> {
  clinic = await startClinic('--bug', 'drifted-instance', '--nodes', String(nodeCount));
  const patients = await enrolMany(clinic, 4);
  const nodes = new Set<string>();
  for (let round = 0; round < roundCount; round += 1) {
    for (const patient of patients) {
      const said = await patient.ask('/me/history');
      if (foreignIn(said, patient).length > 0) nodes.add(String(said.headers['x-clinic-node']));
    }
  }
  return [...nodes];
}

test.each([
  [3, ['app-3']],
  [1, []],
])('with %i instances: %j', async (nodeCount, expected) => {
  expect(await leakingNodes(nodeCount)).toEqual(expected);
});
