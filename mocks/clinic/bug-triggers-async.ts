// For tests: the triggers of the bugs in what the clinic does beside its answers: storing, exporting, telling, mailing.
import { setTimeout as pause } from 'node:timers/promises';
import { type BugTrigger, enrolMany, foreignIn } from './bug-trigger.ts';
import type { ClinicUnderTest } from './clinic-under-test.ts';
import { holdCall, settledHistory, type TestPatient } from './patient-under-test.ts';

/** Everybody plays all of their own recordings. */
async function playAll(patients: readonly TestPatient[]): Promise<readonly string[]> {
  const foreign: string[] = [];
  for (const patient of patients) {
    for (const { recordings } of await settledHistory(patient)) {
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
  const patients = await enrolMany(clinic, 2);
  await secondBegins();
  if (together) await Promise.all(patients.map((patient) => holdCall(patient, false)));
  for (const patient of together ? [] : patients) {
    await secondBegins();
    await holdCall(patient, false);
  }
  return playAll(patients);
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

export const asyncTriggers: readonly BugTrigger[] = [
  {
    bug: 'slot-name-collision',
    nodeCount: 2,
    quiet: (clinic) => endTwoCalls(clinic, false),
    trigger: (clinic) => endTwoCalls(clinic, true),
  },
  {
    bug: 'stream-misrouted',
    nodeCount: 1,
    quiet: (clinic) => listenAndBook(clinic, false),
    trigger: (clinic) => listenAndBook(clinic, true),
  },
];
