// The correct clinic while its cache, its database and its edge are broken in every way there is a lever for: nothing foreign is shown,
// what was ended stays ended, nobody waits for ever, and everything mends by itself.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { everybodyBusy } from './busy-under-test.ts';
import { type ClinicUnderTest, startClinic } from './clinic-under-test.ts';
import { bookingOf, byBearer, enrol, type TestPatient } from './patient-under-test.ts';

let clinic: ClinicUnderTest;
beforeAll(async () => {
  clinic = await startClinic();
});
afterEach(async () => {
  await clinic.until('no failover is in progress', ({ database }) => !database.failingOver);
  await clinic.admin('/cache', { method: 'PUT', body: { mode: 'ok' } });
  await clinic.admin('/database', { method: 'PUT', body: { held: false } });
});
afterAll(() => clinic.stop());

/** What a request may take while everything is broken: the edge's own limit twice, for it asks elsewhere, and a moment. */
const waitMaxMs = 15_000;

const crowd = (count: number): Promise<readonly TestPatient[]> =>
  Promise.all(Array.from({ length: count }, () => enrol(clinic)));

async function pull(method: 'POST' | 'PUT', path: string, body: object = {}): Promise<void> {
  const said = await clinic.admin(path, { method, body });
  expect([path, said.status < 300, said.text]).toEqual([path, true, expect.anything()]);
}

test('a cache that is squeezed, restarted, cut, silent or a stale replica is counted, shows nothing foreign, and costs no session', async () => {
  const patients = await crowd(8);
  const before = (await clinic.state()).cache;
  const busy = await everybodyBusy(patients);
  await clinic.until('the cache is warm', ({ cache }) => cache.entryCount > before.entryCount + 8);
  await pull('POST', '/cache/squeeze', { entryCountMax: 4 });
  await clinic.until('entries are thrown out', ({ cache }) => cache.evictedCount > before.evictedCount + 20);
  expect((await clinic.state()).cache).toMatchObject({ entryCountMax: 4, entryCount: 4 });
  await pull('POST', '/cache/squeeze', { entryCountMax: null });
  await pull('POST', '/cache/restart');
  await clinic.until('it is used again', ({ cache }) => cache.bootId !== before.bootId && cache.entryCount > 4);
  await pull('POST', '/cache/cut');
  // A look back, not a wait: far enough for a busy machine to have written in it.
  await pull('POST', '/cache/promote', { lagMs: 5_000 });
  await pull('PUT', '/cache', { mode: 'paused' });
  await clinic.until(
    'commands are left unanswered',
    ({ cache }) => cache.unansweredCount > before.unansweredCount + 20,
  );
  await pull('PUT', '/cache', { mode: 'ok' });
  await clinic.until('it is used again', ({ cache }) => cache.entryCount > 8);
  const { foreign, statuses, slowestMs } = await busy.stop();
  expect(foreign).toEqual([]);
  expect([...statuses.keys()]).toEqual([200]);
  expect(slowestMs).toBeLessThan(waitMaxMs);
  const after = (await clinic.state()).cache;
  expect(after).toMatchObject({ mode: 'ok', entryCountMax: null, promotedCount: before.promotedCount + 1 });
  expect(after.lostWriteCount).toBeGreaterThan(before.lostWriteCount);
  expect(after.cutConnectionCount).toBeGreaterThan(before.cutConnectionCount);
});

test('a database that is cut or held fails or delays requests, and nothing else', async () => {
  const patients = await crowd(8);
  const busy = await everybodyBusy(patients);
  await pull('POST', '/database/cut');
  await pull('PUT', '/database', { held: true });
  await clinic.until('statements wait', ({ database }) => database.held && database.heldStatementCount >= 8);
  await pull('PUT', '/database', { held: false });
  await clinic.until('none waits', ({ database }) => !database.held && database.heldStatementCount === 0);
  expect((await clinic.state()).database.cutConnectionCount).toBeGreaterThan(0);
  const mended = await Promise.all(patients.map((one) => one.ask('/me/history')));
  expect(new Set(mended.map(({ status }) => status))).toEqual(new Set([200]));
  const { foreign, statuses, slowestMs } = await busy.stop();
  expect(foreign).toEqual([]);
  expect([...statuses.keys()].filter((status) => ![200, 500, 504].includes(status))).toEqual([]);
  expect(slowestMs).toBeLessThan(waitMaxMs);
});

test('a database that failed over to a replica with writes lost lets nobody in on the word of what is lost', async () => {
  const [owner, proxy, leaver, erased] = [
    await enrol(clinic),
    await enrol(clinic, 0),
    await enrol(clinic),
    await enrol(clinic),
  ];
  const path = `/patients/${owner.id}/history`;
  await owner.ask('/me/proxies', { method: 'POST', body: { patientId: proxy.id } });
  const busy = await everybodyBusy(await crowd(6));
  const before = (await clinic.state()).database;
  await pull('POST', '/database/failover', { lagMs: 5_000 });
  // From here on the replica hears of nothing: booked, withdrawn, signed out and erased in vain, were it not closed before it serves.
  const [lostId, ...ended] = await Promise.all([
    owner.book('Lost'),
    owner.ask(`/me/proxies/${proxy.id}`, { method: 'DELETE' }),
    leaver.ask('/auth/sign-out', { method: 'POST' }),
    erased.ask('/me', { method: 'DELETE' }),
  ]);
  expect(ended.map(({ status }) => status)).toEqual([204, 204, 204]);
  expect((await clinic.admin('/database/failover', { method: 'POST', body: { lagMs: 1 } })).status).toBe(409);
  const { database } = await clinic.until('the replica has taken over', ({ database }) => !database.failingOver);
  expect(database.failoverCount).toBe(before.failoverCount + 1);
  expect(database.lostRowCount).toBeGreaterThan(before.lostRowCount);

  const everybody = [owner, proxy, leaver, erased];
  const refused = await Promise.all(everybody.map((one) => one.ask('/me/history')));
  expect(refused.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
  await expect(byBearer(clinic, erased)).rejects.toThrow('signing in answered 401');
  const [ownerAgain, proxyAgain] = [await byBearer(clinic, owner), await byBearer(clinic, proxy)];
  expect((await proxyAgain.ask(path)).status).toBe(403);
  expect((await ownerAgain.ask(`/me/consultations/${lostId}`)).status).toBe(404);
  const shown = JSON.parse((await ownerAgain.ask('/me/history')).text).consultations;
  expect(shown).toHaveLength(1);
  const booked = await ownerAgain.ask('/me/consultations', { method: 'POST', body: bookingOf(owner.mark) });
  expect(booked.status).toBe(201);
  expect(JSON.parse((await ownerAgain.ask('/me/history')).text).consultations).toHaveLength(2);

  const { foreign, statuses, slowestMs } = await busy.stop();
  expect(foreign).toEqual([]);
  expect([...statuses.keys()].filter((status) => ![200, 401, 403, 500].includes(status))).toEqual([]);
  expect(slowestMs).toBeLessThan(waitMaxMs);
});

test('the edge takes its next configuration and forgets what it kept, and shows nothing foreign', async () => {
  const patients = await crowd(6);
  const busy = await everybodyBusy(patients);
  const before = (await clinic.state()).edge;
  await pull('POST', '/edge/config', { config: 'next' });
  for (let round = 0; round < 20; round += 1) await clinic.ask('/assets/clinic.css');
  await pull('POST', '/edge/purge');
  const purged = (await clinic.state()).edge;
  expect(purged).toMatchObject({ config: 'next', purgeCount: before.purgeCount + 1 });
  expect(purged.purgedEntryCount).toBeGreaterThan(before.purgedEntryCount);
  await pull('POST', '/edge/config', { config: 'standard' });
  expect((await clinic.state()).edge).toMatchObject({ config: 'standard', reloadCount: before.reloadCount + 2 });
  const { foreign, statuses } = await busy.stop();
  expect(foreign).toEqual([]);
  expect([...statuses.keys()]).toEqual([200]);
});

test("a hostile hand exchanges two owners' entries, and a flush throws them away", async () => {
  const patients = await crowd(4);
  for (const one of patients) await one.history();
  const swapped = await clinic.admin('/cache/swap', { method: 'POST', body: {} });
  expect(JSON.parse(swapped.text).swappedCount).toBeGreaterThan(1);
  expect((await clinic.state()).cache.swappedCount).toBeGreaterThan(1);
  await pull('POST', '/cache/flush');
  for (const one of patients) expect((await one.history())[0]?.title).toContain(one.mark);
});

test('a lever that this topology has not says where it is', async () => {
  const said = await clinic.admin('/links/database', { method: 'PUT', body: { mode: 'half-open' } });
  expect([said.status, said.text]).toEqual([404, expect.stringContaining('--topology real')]);
});
