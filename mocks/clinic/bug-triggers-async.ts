// For tests: the triggers of the bugs in what the clinic does beside its answers: storing, exporting, telling, mailing.
import { setTimeout as pause } from 'node:timers/promises';
import { type BugTrigger, enrolMany, foreignIn, untilForeign } from './bug-trigger.ts';
import type { ClinicUnderTest } from './clinic-under-test.ts';
import { enrol, fetchExport, holdCall, settledHistory, type TestPatient } from './patient-under-test.ts';
import { foreignPictures, videoOf } from './pictures-under-test.ts';

/** Each takes seconds, which the correct clinic spends in full. */
const pictureRoundsMax = 6;
const streamRoundsMax = 3;
const callRoundsMax = 4;

/** Everybody plays all of their own recordings. */
async function playAll(patients: readonly TestPatient[]): Promise<readonly string[]> {
  const foreign: string[] = [];
  const histories = await Promise.all(patients.map(settledHistory));
  for (const [index, patient] of patients.entries()) {
    for (const { recordings } of histories[index] ?? []) {
      for (const { href } of recordings) foreign.push(...foreignIn(await patient.ask(href), patient));
    }
  }
  return foreign;
}

/** Early in a second, so that two calls fit into it. */
async function secondBegins(): Promise<void> {
  await pause(1_000 - (Date.now() % 1_000));
}

async function endTwoCalls(clinic: ClinicUnderTest, together: boolean): Promise<readonly string[]> {
  const patients = await enrolMany(clinic, together ? 4 : 2);
  await secondBegins();
  if (together) await Promise.all(patients.map((patient) => holdCall(patient, false)));
  for (const patient of together ? [] : patients) {
    await secondBegins();
    await holdCall(patient, false);
  }
  return playAll(patients);
}

/** Calls end one at a time, each once the thumbnail of the one before is made. */
async function pictureOneByOne(clinic: ClinicUnderTest): Promise<readonly string[]> {
  const foreign: string[] = [];
  for (let index = 0; index < 4; index += 1) {
    const patient = await enrol(clinic, 0);
    await holdCall(patient, false, await videoOf(patient));
    foreign.push(...(await foreignPictures(patient)));
  }
  return foreign;
}

/** Four calls end together, again and again, each time of others. */
async function pictureTogether(clinic: ClinicUnderTest): Promise<readonly string[]> {
  return untilForeign(async () => {
    const patients = await Promise.all(Array.from({ length: 4 }, () => enrol(clinic, 0)));
    const videos = await Promise.all(patients.map(videoOf));
    await Promise.all(patients.map((patient, index) => holdCall(patient, false, videos[index])));
    return (await Promise.all(patients.map(foreignPictures))).flat();
  }, pictureRoundsMax);
}

/** Four listen, the first for a short time only; once it is gone, the others book. Answers what each was told of others. */
async function listenAndBook(clinic: ClinicUnderTest, hangsUp: boolean): Promise<readonly string[]> {
  const patients = await enrolMany(clinic, 4);
  const streams: Promise<readonly string[]>[] = [];
  for (const [index, patient] of patients.entries()) {
    const forMs = index === 0 && !hangsUp ? 600 : 2_500;
    const signals = index === 0 && hangsUp ? { signal: AbortSignal.timeout(600) } : {};
    const told = patient.ask(`/me/live?forMs=${forMs}`, signals);
    streams.push(
      told.then(
        (said) => foreignIn(said, patient),
        () => [],
      ),
    );
    await pause(100);
  }
  await pause(700);
  for (const patient of patients) await patient.book();
  return (await Promise.all(streams)).flat();
}

async function exportOneByOne(clinic: ClinicUnderTest): Promise<readonly string[]> {
  const foreign: string[] = [];
  for (const patient of await enrolMany(clinic, 3)) foreign.push(...foreignIn(await fetchExport(patient), patient));
  return foreign;
}

async function exportTogether(clinic: ClinicUnderTest): Promise<readonly string[]> {
  const patients = await enrolMany(clinic, 4);
  return untilForeign(async () => {
    const exports = patients.map(async (patient) => foreignIn(await fetchExport(patient), patient));
    return (await Promise.all(exports)).flat();
  });
}

/** Until everybody has so many messages; answers the foreign marks among them. */
async function readInboxes(patients: readonly TestPatient[], messageCount: number): Promise<readonly string[]> {
  for (let round = 0; round < 400; round += 1) {
    const inboxes = await Promise.all(patients.map((patient) => patient.inbox()));
    if (inboxes.every((inbox) => typeof inbox !== 'number' && inbox.length >= messageCount)) {
      return inboxes.flatMap((inbox, index) => {
        const patient = patients[index];
        return patient === undefined ? [] : foreignIn({ text: JSON.stringify(inbox) }, patient);
      });
    }
    await pause(50);
  }
  throw new Error('the notices did not arrive in time');
}

function setMail(clinic: ClinicUnderTest, mode: 'ok' | 'down'): Promise<unknown> {
  return clinic.admin('/mail', { method: 'PUT', body: { mode } });
}

/** The provider is down while so many book; then it is back, and all notices arrive. */
async function bookDuringOutage(
  clinic: ClinicUnderTest,
  patients: readonly TestPatient[],
  messageCount: number,
): Promise<readonly string[]> {
  await setMail(clinic, 'down');
  try {
    // Together, so that their notices wait together: a slow machine would write one by one.
    await Promise.all(patients.map((patient) => patient.book()));
    await pause(500 + Math.random() * 300);
  } finally {
    await setMail(clinic, 'ok');
  }
  return readInboxes(patients, messageCount);
}

export const asyncTriggers: readonly BugTrigger[] = [
  {
    bug: 'slot-name-collision',
    nodeCount: 2,
    quiet: (clinic) => endTwoCalls(clinic, false),
    trigger: (clinic) => untilForeign(() => endTwoCalls(clinic, true), callRoundsMax),
  },
  {
    bug: 'thumbnail-mix',
    nodeCount: 2,
    quiet: pictureOneByOne,
    trigger: pictureTogether,
  },
  {
    bug: 'stream-misrouted',
    nodeCount: 1,
    quiet: (clinic) => listenAndBook(clinic, false),
    trigger: (clinic) => untilForeign(() => listenAndBook(clinic, true), streamRoundsMax),
  },
  {
    bug: 'export-context',
    nodeCount: 2,
    quiet: exportOneByOne,
    trigger: exportTogether,
  },
  {
    bug: 'notice-misdirected',
    nodeCount: 2,
    async quiet(clinic) {
      const patients = await enrolMany(clinic, 4);
      for (const patient of patients) await patient.book();
      const foreign = [...(await readInboxes(patients, 1))];
      for (const patient of patients) foreign.push(...(await bookDuringOutage(clinic, [patient], 2)));
      return foreign;
    },
    async trigger(clinic) {
      const patients = await enrolMany(clinic, 6);
      let messageCount = 0;
      return untilForeign(async () => {
        messageCount += 1;
        return bookDuringOutage(clinic, patients, messageCount);
      }, 8);
    },
  },
];
