// The correct clinic while it is broken: nothing foreign is ever shown, sessions live on, and everything mends.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { everybodyBusy } from './busy-under-test.ts';
import { type ClinicUnderTest, startClinic } from './clinic-under-test.ts';
import { enrol, holdCall, mediaOf, settledHistory, type TestPatient } from './patient-under-test.ts';

let clinic: ClinicUnderTest;
beforeAll(async () => {
  clinic = await startClinic();
});
afterEach(() => clinic.admin('/cache', { method: 'PUT', body: { mode: 'ok', latencyMs: 0 } }));
afterAll(() => clinic.stop());

const hale = (state: { nodes: readonly { state: string }[] }): boolean =>
  state.nodes.every((one) => one.state === 'serving');

async function crowd(count: number): Promise<readonly TestPatient[]> {
  return Promise.all(Array.from({ length: count }, () => enrol(clinic)));
}

test('a cache that is flushed, slow or away is counted, shows nothing foreign, and costs no session', async () => {
  const patients = await crowd(8);
  const before = await clinic.state();
  const busy = await everybodyBusy(patients);
  await clinic.until('the cache is warm', (state) => state.cache.entryCount > before.cache.entryCount + 8);
  await clinic.admin('/cache/flush', { method: 'POST' });
  await clinic.admin('/cache', { method: 'PUT', body: { mode: 'slow', latencyMs: 100 } });
  await clinic.until('commands were delayed', (state) => state.cache.delayedCount > before.cache.delayedCount + 20);
  await clinic.admin('/cache', { method: 'PUT', body: { mode: 'down' } });
  await clinic.until('commands were refused', (state) => state.cache.refusedCount > before.cache.refusedCount + 20);
  await clinic.admin('/cache', { method: 'PUT', body: { mode: 'ok' } });
  await clinic.until('the cache is used again', (state) => state.cache.entryCount > 8);
  const { foreign, statuses } = await busy.stop();
  expect(foreign).toEqual([]);
  expect([...statuses.keys()]).toEqual([200]);
  const after = await clinic.state();
  expect(after.cache.flushCount).toBe(before.cache.flushCount + 1);
  expect(after.cache.flushedEntryCount).toBeGreaterThan(before.cache.flushedEntryCount);
});

test('sign-out, withdrawal and new bookings hold at once while the cache is away, and after it is back', async () => {
  const [owner, proxy] = [await enrol(clinic), await enrol(clinic, 0)];
  await owner.ask('/me/proxies', { method: 'POST', body: { patientId: proxy.id } });
  const path = `/patients/${owner.id}/history`;
  for (let round = 0; round < 4; round += 1) expect((await proxy.ask(path)).status).toBe(200);
  await clinic.admin('/cache', { method: 'PUT', body: { mode: 'down' } });
  await owner.book();
  expect((await owner.ask(`/me/proxies/${proxy.id}`, { method: 'DELETE' })).status).toBe(204);
  expect((await proxy.ask('/auth/sign-out', { method: 'POST' })).status).toBe(204);
  await clinic.admin('/cache', { method: 'PUT', body: { mode: 'ok' } });
  for (let round = 0; round < 4; round += 1) {
    expect((await proxy.ask(path)).status).toBe(401);
    expect(await owner.history()).toHaveLength(2);
  }
});

test('a rolling upgrade and rollback serve both versions side by side, and lose no session', async () => {
  const patients = await crowd(4);
  const busy = await everybodyBusy(patients);
  for (const version of ['v2', 'v1']) {
    const roll = { method: 'POST', body: { version } } as const;
    expect((await clinic.admin('/deploy/roll', roll)).status).toBe(202);
    expect((await clinic.admin('/deploy/roll', roll)).status).toBe(409);
    expect((await clinic.admin('/deploy/restart', { method: 'POST' })).status).toBe(409);
    await clinic.until('two versions serve', ({ nodes }) => hale({ nodes }) && nodes[0]?.version !== nodes[1]?.version);
    const me = await Promise.all([1, 2, 3, 4].map(() => patients[0]?.ask('/me')));
    for (const each of me) {
      const greeting =
        each?.headers['x-clinic-version'] === 'v2' ? { greeting: `Hello, Pat ${patients[0]?.mark}` } : {};
      expect(JSON.parse(each?.text ?? '').greeting).toBe(greeting.greeting);
    }
    await clinic.until('the roll ends', (state) => !state.rolling && hale(state));
    expect((await clinic.state()).nodes.map((one) => one.version)).toEqual([version, version]);
  }
  const { foreign, statuses } = await busy.stop();
  expect(foreign).toEqual([]);
  expect(statuses.get(200)).toBeGreaterThan(50);
  expect(statuses.has(401)).toBe(false);
});

test('a restart gives every node a new process of the same version', async () => {
  const before = await clinic.state();
  await clinic.admin('/deploy/restart', { method: 'POST' });
  const after = await clinic.until('the restart ends', (state) => !state.rolling && hale(state));
  expect(after.nodes.map((one) => one.version)).toEqual(before.nodes.map((one) => one.version));
  const bootIds = new Set([...before.nodes, ...after.nodes].map((one) => one.bootId));
  expect(bootIds.size).toBe(4);
});

test('a node killed in mid-request comes back by itself', async () => {
  const patients = await crowd(4);
  const before = await clinic.state();
  const busy = await everybodyBusy(patients);
  expect((await clinic.admin('/nodes/app-1/signal', { method: 'POST', body: { signal: 'SIGKILL' } })).status).toBe(204);
  const after = await clinic.until(
    'it is back, anew',
    (now) => hale(now) && now.nodes[0]?.bootId !== before.nodes[0]?.bootId,
  );
  expect(after.nodes[1]?.bootId).toBe(before.nodes[1]?.bootId);
  expect((await busy.stop()).foreign).toEqual([]);
  expect((await clinic.admin('/nodes/app-9/signal', { method: 'POST', body: { signal: 'SIGKILL' } })).status).toBe(404);
});

test('a frozen node is missed, and when it wakes its stale work does no harm', async () => {
  const patients = await crowd(4);
  const busy = await everybodyBusy(patients);
  await clinic.admin('/nodes/app-2/signal', { method: 'POST', body: { signal: 'SIGSTOP' } });
  await clinic.until('it is missed', ({ nodes }) => nodes[1]?.state === 'down');
  const [first] = patients;
  await first?.ask('/auth/sign-out', { method: 'POST' });
  const caller = await enrol(clinic, 0);
  await holdCall(caller, true);
  expect(await settledHistory(caller)).toMatchObject([{ recordings: [{}, {}] }]);
  await clinic.admin('/nodes/app-2/signal', { method: 'POST', body: { signal: 'SIGCONT' } });
  await clinic.until('it is back', hale);
  const { foreign, statuses } = await busy.stop();
  expect(foreign).toEqual([]);
  expect(statuses.get(200)).toBeGreaterThan(20);
  for (let round = 0; round < 4; round += 1) expect((await first?.ask('/me/history'))?.status).toBe(401);
  const content = await caller.ask((await caller.history())[0]?.recordings[1]?.href ?? '');
  expect(content.text).toBe(Buffer.from(mediaOf(caller.mark)).toString());
});
