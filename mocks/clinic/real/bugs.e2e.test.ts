// The bugs that live in the edge, in the cache client or in a failover, on real parts: each leaks under its own trigger and is silent
// without; the correct clinic is silent under all of them.
import { afterEach, describe, expect, test } from 'vitest';
import { bugTriggers } from '../bug-triggers.ts';
import { bugs } from '../bugs/index.ts';
import { type ClinicUnderTest, startClinic } from '../clinic-under-test.ts';
import { leavesOut } from './lacking.ts';
import { nginxBugs } from './nginx-bugs/index.ts';

const chosen = new Set([
  ...Object.keys(nginxBugs),
  'cache-key-lacks-owner',
  'cursor-unscoped',
  'id-reuse-after-failover',
  'pool-desync',
  'reconnect-herd',
  'session-store-fallback',
]);
const livesHere = new Set(bugs.filter(({ topologies }) => topologies.includes('real')).map(({ id }) => id));
const triggers = bugTriggers.filter(({ bug }) => chosen.has(bug) && livesHere.has(bug));

let clinic: ClinicUnderTest | undefined;
afterEach(async () => {
  await clinic?.stop();
  clinic = undefined;
});

describe.skipIf(leavesOut()).each(triggers)('$bug', ({ bug, nodeCount, quiet, trigger }) => {
  test('leaks under its trigger and not without', async () => {
    clinic = await startClinic('--topology', 'real', '--bug', bug, '--nodes', String(nodeCount));
    expect(await quiet(clinic)).toEqual([]);
    expect((await trigger(clinic)).length).toBeGreaterThan(0);
  });
});

describe.skipIf(leavesOut()).each([1, 2])('the correct clinic with %i nodes', (nodeCount) => {
  test('shows nothing foreign under the triggers of the bugs', async () => {
    clinic = await startClinic('--topology', 'real', '--nodes', String(nodeCount));
    for (const { bug, trigger } of triggers.filter((each) => each.nodeCount === nodeCount))
      expect([bug, await trigger(clinic)]).toEqual([bug, []]);
  });
});
