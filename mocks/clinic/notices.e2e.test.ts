// Notices on the correct clinic: to the right mailbox, once, also after an outage and while instances die; none after an erasure.
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type ClinicUnderTest, startClinic } from './clinic-under-test.ts';
import {
  enrol,
  holdCall,
  markShape,
  readInbox,
  settledHistory,
  type TestMessage,
  type TestPatient,
} from './patient-under-test.ts';

let clinic: ClinicUnderTest;
beforeAll(async () => {
  clinic = await startClinic();
});
const setMail = (mode: 'ok' | 'down') => clinic.admin('/mail', { method: 'PUT', body: { mode } });
afterEach(() => setMail('ok'));
afterAll(() => clinic.stop());

async function inboxOf(patient: TestPatient, messageCount: number): Promise<readonly TestMessage[]> {
  for (let round = 0; round < 200; round += 1) {
    const inbox = await patient.inbox();
    if (typeof inbox !== 'number' && inbox.length >= messageCount) return inbox;
    await pause(50);
  }
  throw new Error(`${patient.mark} did not get ${messageCount} messages: ${JSON.stringify(await patient.inbox())}`);
}

test('tell of a booking and of a recording, with whose and which', async () => {
  const patient = await enrol(clinic);
  const id = await holdCall(patient, false);
  await settledHistory(patient);
  const inbox = await inboxOf(patient, 2);
  // Two instances may send them: which comes first is not promised.
  expect(inbox.map(({ subject }) => subject).sort()).toEqual([
    'Your consultation is booked',
    'Your recording is ready',
  ]);
  for (const message of inbox) {
    expect(message.to).toBe(patient.email);
    for (const part of [`Pat ${patient.mark}`, `Call ${patient.mark}`, id]) expect(message.text).toContain(part);
  }
});

test('wait out an outage, and each arrives once, at its own patient, though an instance dies meanwhile', async () => {
  const patients = await Promise.all(Array.from({ length: 8 }, () => enrol(clinic, 0)));
  const before = await clinic.state();
  await setMail('down');
  for (let round = 0; round < 3; round += 1) await Promise.all(patients.map((patient) => patient.book()));
  await clinic.until('deliveries were refused', (state) => state.mail.refusedCount > before.mail.refusedCount + 5);
  await clinic.admin('/nodes/app-1/signal', { method: 'POST', body: { signal: 'SIGKILL' } });
  expect((await clinic.state()).mail.deliveredCount).toBe(before.mail.deliveredCount);
  await setMail('ok');
  for (const patient of patients) {
    const inbox = await inboxOf(patient, 3);
    expect(inbox).toHaveLength(3);
    expect(new Set(JSON.stringify(inbox).match(markShape))).toEqual(new Set([patient.mark]));
  }
  await clinic.until('it is back', ({ nodes }) => nodes.every((one) => one.state === 'serving'));
});

test('open to their own password alone, and are gone with their patient', async () => {
  const [patient, other] = [await enrol(clinic), await enrol(clinic)];
  await patient.book();
  await inboxOf(patient, 1);
  expect(await readInbox(patient.inboxUrl, patient.email, 'wrong')).toBe(401);
  expect(await readInbox(patient.inboxUrl, other.email, 'a password of tests')).toBe(401);
  await setMail('down');
  await patient.book('Never told');
  expect((await patient.ask('/me', { method: 'DELETE' })).status).toBe(204);
  expect(await patient.inbox()).toBe(401);
  await setMail('ok');
  await pause(400);
  expect(await patient.inbox()).toBe(401);
  await clinic.admin(`/patients/${other.id}`, { method: 'DELETE' });
  expect(await other.inbox()).toBe(401);
});
