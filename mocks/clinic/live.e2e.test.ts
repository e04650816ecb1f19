// Live events on the correct clinic: one's own, from whichever instance, once each, also after a stream was cut; until signed out.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ClinicUnderTest, type Said, startClinic } from './clinic-under-test.ts';
import { openStream } from './listen-under-test.ts';
import { enrol, holdCall, password, settledHistory, type TestPatient } from './patient-under-test.ts';

let clinic: ClinicUnderTest;
beforeAll(async () => {
  clinic = await startClinic();
});
afterAll(() => clinic.stop());

interface Frame {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: {
    readonly patient?: { id: string; name: string };
    readonly consultation?: { id: string; title: string };
  };
}

function framesOf(text: string): readonly Frame[] {
  return text
    .split('\n\n')
    .slice(0, -1)
    .map((part) => {
      const line = (name: string): string | undefined => part.match(new RegExp(`^${name}: (.*)$`, 'm'))?.[1];
      return { id: line('id'), event: line('event') ?? '', data: JSON.parse(line('data') ?? '{}') };
    });
}

interface Heard {
  readonly status: number;
  readonly frames: readonly Frame[];
}

const heardIn = ({ status, text }: Said): Heard => ({ status, frames: framesOf(text) });

/** Resolves once the stream is open. */
async function listen(patient: TestPatient, forMs: number): Promise<{ heard: Promise<Heard> }> {
  const { all } = await openStream(patient, forMs);
  return { heard: all.then(heardIn) };
}

async function hear(patient: TestPatient, forMs: number, lastEventId?: string): Promise<Heard> {
  const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
  return heardIn(await (await openStream(patient, forMs, headers)).all);
}

test('tells its own patient what happens, on whichever instance, and nobody else', async () => {
  const [patient, other] = [await enrol(clinic), await enrol(clinic)];
  const listening = await Promise.all([patient, patient, other, other].map((each) => listen(each, 5_000)));
  const booked = await patient.book('Booked');
  expect((await patient.ask(`/me/consultations/${booked}`, { method: 'DELETE' })).status).toBe(204);
  const called = await holdCall(patient, false);
  await settledHistory(patient);
  const [first, second, ...others] = await Promise.all(listening.map(({ heard }) => heard));
  for (const frames of [first?.frames ?? [], second?.frames ?? []]) {
    expect(frames[0]).toEqual({
      id: undefined,
      event: 'hello',
      data: { patient: { id: patient.id, name: `Pat ${patient.mark}` } },
    });
    expect(frames.slice(1).map(({ event, data }) => [event, data.consultation?.id])).toEqual([
      ['booked', booked],
      ['cancelled', booked],
      ['booked', called],
      ['recording-ready', called],
    ]);
    expect(frames[1]?.data.consultation?.title).toBe(`Booked ${patient.mark}`);
  }
  for (const { frames } of others) expect(frames.map(({ event }) => event)).toEqual(['hello']);
});

test('replays what was missed while a stream was cut, and only that', async () => {
  const patient = await enrol(clinic);
  const { heard } = await listen(patient, 3_000);
  const first = await patient.book('First');
  const { frames } = await heard;
  expect(frames.map(({ data }) => data.consultation?.id)).toEqual([undefined, first]);
  const second = await patient.book('Second');
  const again = await hear(patient, 300, frames[1]?.id);
  expect(again.frames.map(({ data }) => data.consultation?.id)).toEqual([undefined, second]);
  const anew = await hear(patient, 300);
  expect(anew.frames.map(({ event }) => event)).toEqual(['hello']);
  const confused = await hear(patient, 300, 'not a number');
  expect(confused.frames.map(({ event }) => event)).toEqual(['hello']);
});

test('ends when the session is signed out, and says no more', async () => {
  const patient = await enrol(clinic);
  const body = { email: patient.email, password, by: 'bearer' };
  const { token } = JSON.parse((await clinic.ask('/auth/sign-in', { method: 'POST', body })).text);
  const begunAtMs = Date.now();
  const { heard } = await listen(patient, 5_000);
  expect((await patient.ask('/auth/sign-out', { method: 'POST' })).status).toBe(204);
  const headers = { authorization: `Bearer ${token}` };
  const slot = {
    title: 'Late',
    note: 'Late',
    startsAt: '2031-03-01T09:00:00.000Z',
    modality: 'video',
    fileName: 'late.webm',
  };
  expect((await clinic.ask('/me/consultations', { method: 'POST', body: slot, headers })).status).toBe(201);
  const { frames } = await heard;
  expect(frames.map(({ event }) => event)).toEqual(['hello']);
  expect(Date.now() - begunAtMs).toBeLessThan(4_500);
  expect((await hear(patient, 300)).status).toBe(401);
});

test('ends in good order when its instance is rolled', async () => {
  const patient = await enrol(clinic);
  const listening = await Promise.all([1, 2].map(() => listen(patient, 5_000)));
  const begunAtMs = Date.now();
  await clinic.admin('/deploy/restart', { method: 'POST' });
  // Instances go one after another: the first stream ends soon, the other when its turn comes.
  await Promise.race(listening.map(({ heard }) => heard));
  expect(Date.now() - begunAtMs).toBeLessThan(4_500);
  for (const { status, frames } of await Promise.all(listening.map(({ heard }) => heard)))
    expect([status, frames.length]).toEqual([200, 1]);
  await clinic.until('the restart ends', (state) => !state.rolling);
});

test('says what is wrong with a request for it', async () => {
  const patient = await enrol(clinic);
  for (const forMs of ['0', '5001', 'long']) expect((await patient.ask(`/me/live?forMs=${forMs}`)).status).toBe(400);
  expect((await clinic.ask('/me/live')).status).toBe(401);
});
