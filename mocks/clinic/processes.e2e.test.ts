// The clinic as a program: it says no clearly, ends cleanly however it is asked, and leaves neither process nor file behind.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ClinicUnderTest, spawnClinic, startClinic } from './clinic-under-test.ts';
import { toothlessFaults } from './options.ts';
import { enrol } from './patient-under-test.ts';
import { leavesOut } from './real/lacking.ts';

/** Process ids of everything below `pid`, PostgreSQL's own processes among them. */
function descendantsOf(pid: number | undefined): readonly number[] {
  const pairs = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const found = [pid];
  for (const parent of found) found.push(...pairs.filter(([, ppid]) => ppid === parent).map(([child]) => child));
  return found.slice(1).filter((each) => each !== undefined);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

// A folder of our own for temporary files, so that what is left behind is ours. The database's user must get through it.
let ownTmp = '';
beforeAll(() => {
  ownTmp = mkdtempSync(join(tmpdir(), 'ct-'));
  chmodSync(ownTmp, 0o711);
  process.env.TMPDIR = ownTmp;
});
afterAll(() => rmSync(ownTmp, { recursive: true, force: true }));

const folders = (): readonly string[] => readdirSync(ownTmp).filter((name) => name.startsWith('crosstalk-clinic-'));

const goneMaxMs = 15_000;

async function untilGone(pids: readonly number[]): Promise<readonly number[]> {
  const endsAtMs = performance.now() + goneMaxMs;
  while (performance.now() < endsAtMs && pids.some(isAlive)) await new Promise((resolve) => setTimeout(resolve, 20));
  return pids.filter(isAlive);
}

async function expectNothingLeft(clinic: ClinicUnderTest, end: () => void): Promise<void> {
  const pids = descendantsOf(clinic.process.pid);
  expect(pids.length).toBeGreaterThan(6);
  expect(folders()).toHaveLength(1);
  const exited = once(clinic.process, 'exit');
  end();
  await exited;
  expect(await untilGone(pids)).toEqual([]);
  expect(folders()).toEqual([]);
}

test.each([
  [['--bug', 'no-such-bug'], undefined, /no-such-bug is unknown; there are: cache-key-lacks-owner, request-collapsing/],
  [['--toothless', 'gums'], undefined, /gums is unknown; there are: cache-flush/],
  [['--nodes', '0'], undefined, /--nodes 0 is not a whole number from 1 to 8/],
  [['--colour'], undefined, /The flags are --port/],
  [['--topology', 'real', '--bug', 'framing-desync'], undefined, /framing-desync can't live on --topology real/],
  [[], '', /CROSSTALK_CLINIC_ADMIN_SECRET/],
])('%j is refused with exit code 3', async (args, secret, message) => {
  const clinic = spawnClinic(args, secret);
  let complaint = '';
  clinic.stderr?.on('data', (chunk: Buffer) => {
    complaint += chunk;
  });
  const [code] = await once(clinic, 'close');
  expect([code, complaint]).toEqual([3, expect.stringMatching(message)]);
});

test.each(['SIGTERM', 'SIGINT', 'SIGKILL'] as const)(
  '%s leaves nothing behind, a frozen node included',
  async (signal) => {
    const clinic = await startClinic();
    await enrol(clinic);
    await clinic.admin('/nodes/app-1/signal', { method: 'POST', body: { signal: 'SIGSTOP' } });
    await expectNothingLeft(clinic, () => clinic.process.kill(signal));
  },
);

test.skipIf(leavesOut()).each(['SIGTERM', 'SIGKILL'] as const)(
  'on real parts, %s leaves nothing behind, a frozen node and a stopped Redis included',
  async (signal) => {
    const clinic = await startClinic('--topology', 'real');
    await clinic.admin('/nodes/app-1/signal', { method: 'POST', body: { signal: 'SIGSTOP' } });
    await clinic.admin('/cache', { method: 'PUT', body: { mode: 'paused' } });
    await expectNothingLeft(clinic, () => clinic.process.kill(signal));
  },
);

test('the end of its parent leaves nothing behind', async () => {
  const clinic = await startClinic();
  await expectNothingLeft(clinic, () => clinic.process.stdin?.end());
  expect(clinic.process.exitCode).toBe(0);
});

test('every lever without teeth answers as ever and does nothing', async () => {
  const clinic = await startClinic(...toothlessFaults.flatMap((fault) => ['--toothless', fault]));
  // What has just been started still comes to rest: two looks that agree.
  let before = await clinic.state();
  await clinic.until('it is at rest', (now) => {
    const isSame = isDeepStrictEqual(now, before);
    before = now;
    return isSame && now.nodes.every(({ state }) => state === 'serving');
  });
  const says = async (path: string, method: 'POST' | 'PUT', body?: unknown): Promise<number> =>
    (await clinic.admin(path, { method, body })).status;
  expect(await says('/cache/flush', 'POST')).toBe(204);
  expect(await says('/cache', 'PUT', { mode: 'slow', latencyMs: 50 })).toBe(204);
  expect(await says('/cache', 'PUT', { mode: 'down' })).toBe(204);
  expect(await says('/cache', 'PUT', { mode: 'paused' })).toBe(204);
  expect(await says('/cache/squeeze', 'POST', { entryCountMax: 0 })).toBe(204);
  expect(await says('/cache/restart', 'POST')).toBe(204);
  expect(await says('/cache/cut', 'POST')).toBe(204);
  expect(await says('/cache/promote', 'POST', { lagMs: 10 })).toBe(204);
  expect(await says('/cache/swap', 'POST')).toBe(200);
  expect(await says('/database/cut', 'POST')).toBe(204);
  expect(await says('/database/failover', 'POST', { lagMs: 10 })).toBe(202);
  expect(await says('/database', 'PUT', { held: true })).toBe(204);
  expect(await says('/edge/config', 'POST', { config: 'next' })).toBe(204);
  expect(await says('/edge/purge', 'POST')).toBe(204);
  expect(await says('/mail', 'PUT', { mode: 'down' })).toBe(204);
  expect(await says('/deploy/restart', 'POST')).toBe(202);
  expect(await says('/deploy/roll', 'POST', { version: 'v2' })).toBe(202);
  for (const signal of ['SIGKILL', 'SIGSTOP']) expect(await says('/nodes/app-1/signal', 'POST', { signal })).toBe(204);
  // A node that is too busy to answer is called down for a moment.
  await expect.poll(() => clinic.state()).toEqual(before);
  await clinic.stop();
});
