// The correct clinic after a failover that lost the last writes: whatever was taken back in the time that was lost stays taken back.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ClinicUnderTest, startClinic } from './clinic-under-test.ts';
import { byBearer, enrol, holdCall, password, settledHistory } from './patient-under-test.ts';

let clinic: ClinicUnderTest;
beforeAll(async () => {
  clinic = await startClinic();
});
afterAll(() => clinic.stop());

async function failOver(inLostTime: () => Promise<void>): Promise<void> {
  const { failoverCount } = (await clinic.state()).database;
  await clinic.admin('/database/failover', { method: 'POST', body: { lagMs: 6_000 } });
  await inLostTime();
  expect((await clinic.state()).database.failoverCount).toBe(failoverCount);
  await clinic.until('the replica has taken over', ({ database }) => {
    return database.failoverCount > failoverCount && !database.failingOver;
  });
}

test('nobody is let in on the word of what was lost', async () => {
  const [owner, proxy, leaver, erased] = [
    await enrol(clinic),
    await enrol(clinic),
    await enrol(clinic),
    await enrol(clinic),
  ];
  await owner.ask('/me/proxies', { method: 'POST', body: { patientId: proxy.id } });
  const shared = `/patients/${owner.id}/history`;
  const { href } = JSON.parse((await proxy.ask(shared)).text).consultations[0].recordings[0];
  await failOver(async () => {
    const done = [
      await owner.ask(`/me/proxies/${proxy.id}`, { method: 'DELETE' }),
      await leaver.ask('/auth/sign-out', { method: 'POST' }),
      await erased.ask('/me', { method: 'DELETE' }),
    ];
    expect(done.map((said) => said.status)).toEqual([204, 204, 204]);
  });
  for (const patient of [owner, proxy, leaver, erased]) expect((await patient.ask('/me')).status).toBe(401);
  const again = await byBearer(clinic, proxy);
  expect([(await again.ask(shared)).status, (await again.ask(href)).status]).toEqual([403, 403]);
  const body = { email: erased.email, password, by: 'bearer' };
  expect((await clinic.ask('/auth/sign-in', { method: 'POST', body })).status).toBe(401);
  for (const patient of [owner, leaver]) {
    const signedIn = await byBearer(clinic, patient);
    expect((await signedIn.ask('/me/history')).text).toContain(patient.mark);
  }
});

test('what was cached of the lost time is not taken for what came after it', async () => {
  const patient = await enrol(clinic);
  const before = (await patient.history()).map((one) => one.id);
  let lost = '';
  await failOver(async () => {
    lost = await patient.book('Lost');
    expect(await patient.history()).toHaveLength(2);
    expect((await patient.ask(`/me/consultations/${lost}`)).status).toBe(200);
  });
  const again = await byBearer(clinic, patient);
  const historyOf = async (): Promise<readonly string[]> =>
    JSON.parse((await again.ask('/me/history')).text).consultations.map((one: { id: string }) => one.id);
  expect(await historyOf()).toEqual(before);
  expect((await again.ask(`/me/consultations/${lost}`)).status).toBe(404);
  await again.ask(`/me/consultations/${lost}`, { method: 'DELETE' });
  expect(await historyOf()).not.toContain(lost);
});

test('a call that ended before it is stored after it, and can be played', async () => {
  const patient = await enrol(clinic, 0);
  await holdCall(patient, true);
  await failOver(async () => {});
  const again = await byBearer(clinic, patient);
  const history = await settledHistory({
    ...again,
    history: async () => JSON.parse((await again.ask('/me/history')).text).consultations,
  });
  const recordings = history.flatMap((one) => one.recordings);
  expect(recordings).toHaveLength(2);
  for (const { href } of recordings) expect((await again.ask(href)).text).toContain(patient.mark);
});
