// Clinicians on the correct clinic: each sees their own consultations, nobody else's, and none any more once the patient has moved.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ClinicUnderTest, startClinic } from './clinic-under-test.ts';
import { bookedDay, enrolClinician, pastDay, signInClinician, type TestClinician } from './clinician-under-test.ts';
import { bookingOf, byBearer, enrol, type TestPatient } from './patient-under-test.ts';

let clinic: ClinicUnderTest;
beforeAll(async () => {
  clinic = await startClinic();
});
afterAll(() => clinic.stop());

const move = async (patient: TestPatient, to: TestClinician): Promise<void> => {
  const said = await patient.ask('/me/practice', { method: 'PUT', body: { clinicianId: to.id } });
  expect(said.status).toBe(204);
};

const marksOn = async (clinician: TestClinician, date = pastDay): Promise<readonly string[]> =>
  (await clinician.day(date)).map(({ patient }) => patient.name.split(' ')[1] ?? '');

test('a clinician sees the day with their own patients, opens a consultation and watches it; another clinician does not', async () => {
  const [mine, other] = [await enrolClinician(clinic), await enrolClinician(clinic)];
  const [first, second] = [await enrol(clinic, 1, mine.id), await enrol(clinic, 2, mine.id)];
  const stranger = await enrol(clinic, 1, other.id);
  expect(new Set(await marksOn(mine))).toEqual(new Set([first.mark, second.mark]));
  expect(await marksOn(mine, '2030-01-02')).toEqual([second.mark]);
  expect(await marksOn(other)).toEqual([stranger.mark]);
  const [visit] = (await mine.day()).filter(({ patient }) => patient.id === first.id);
  const href = visit?.recordings[0]?.href ?? '';
  const addresses = [`/clinician/consultations/${visit?.id}`, href];
  const statuses = async (who: TestClinician): Promise<number[]> =>
    Promise.all(addresses.map(async (address) => (await who.ask(address)).status));
  expect(await statuses(mine)).toEqual([200, 200]);
  expect((await mine.ask(href)).text).toContain(first.mark);
  expect(await statuses(other)).toEqual([404, 403]);
});

test('what is booked is on the day at once, and gone from it when it is cancelled or erased', async () => {
  const clinician = await enrolClinician(clinic);
  const patient = await enrol(clinic, 1, clinician.id);
  const id = await patient.book();
  expect((await clinician.day(bookedDay)).map((visit) => visit.id)).toEqual([id]);
  await patient.ask(`/me/consultations/${id}`, { method: 'DELETE' });
  expect(await clinician.day(bookedDay)).toEqual([]);
  await patient.ask('/me', { method: 'DELETE' });
  expect(await clinician.day()).toEqual([]);
});

test('after a move the old clinician has nothing of the patient, and the new one what is booked from then on', async () => {
  const [before, after] = [await enrolClinician(clinic), await enrolClinician(clinic)];
  const patient = await enrol(clinic, 1, before.id);
  await patient.book('Before');
  const [visit] = await before.day();
  const href = visit?.recordings[0]?.href ?? '';
  expect((await before.ask(href)).status).toBe(200);
  await move(patient, after);
  expect([await before.day(), await before.day(bookedDay)]).toEqual([[], []]);
  expect((await before.ask(`/clinician/consultations/${visit?.id}`)).status).toBe(404);
  expect((await before.ask(href)).status).toBe(403);
  expect([await after.day(), await after.day(bookedDay)]).toEqual([[], []]);
  const later = await patient.book('After');
  expect((await after.day(bookedDay)).map(({ id }) => id)).toEqual([later]);
  expect(await before.day(bookedDay)).toEqual([]);
  expect(await patient.history()).toHaveLength(3);
});

test('who moved away and came back begins anew', async () => {
  const [home, away] = [await enrolClinician(clinic), await enrolClinician(clinic)];
  const patient = await enrol(clinic, 1, home.id);
  await move(patient, away);
  await move(patient, home);
  expect(await home.day()).toEqual([]);
  await patient.book();
  expect(await home.day(bookedDay)).toHaveLength(1);
});

test('a session is a patient’s or a clinician’s, and none at all once it was signed out', async () => {
  const clinician = await enrolClinician(clinic);
  const patient = await enrol(clinic, 1, clinician.id);
  const statusOf = async (who: TestClinician | TestPatient, path: string): Promise<number> =>
    (await who.ask(path)).status;
  for (const path of ['/me', '/me/history', '/me/exports']) expect(await statusOf(clinician, path)).not.toBe(200);
  expect(await statusOf(clinician, '/me/history')).toBe(401);
  expect(await statusOf(patient, `/clinician/day?date=${pastDay}`)).toBe(401);
  expect(await statusOf(clinician, '/clinician/day?date=yesterday')).toBe(400);
  expect((await clinician.ask('/auth/sign-out', { method: 'POST' })).status).toBe(204);
  expect(await statusOf(clinician, `/clinician/day?date=${pastDay}`)).toBe(401);
});

test('a move that a failover has lost is made again before anybody is served', async () => {
  const [before, after] = [await enrolClinician(clinic), await enrolClinician(clinic)];
  const patient = await enrol(clinic, 1, before.id);
  const { failoverCount } = (await clinic.state()).database;
  await clinic.admin('/database/failover', { method: 'POST', body: { lagMs: 6_000 } });
  await move(patient, after);
  expect((await clinic.state()).database.failoverCount).toBe(failoverCount);
  await clinic.until('the replica has taken over', ({ database }) => {
    return database.failoverCount > failoverCount && !database.failingOver;
  });
  expect((await before.ask(`/clinician/day?date=${pastDay}`)).status).toBe(401);
  const again = await signInClinician(clinic, before);
  expect(await again.day()).toEqual([]);
  const back = await byBearer(clinic, patient);
  await back.ask('/me/consultations', { method: 'POST', body: bookingOf(patient.mark) });
  expect(await again.day(bookedDay)).toEqual([]);
  expect(await (await signInClinician(clinic, after)).day(bookedDay)).toHaveLength(1);
});
