// For tests: what makes each bug leak, and the nearest thing that must not. Both are played on the clinic with the bug, and the
// triggers on the correct clinic too; they answer with every foreign mark that some patient was shown.
import { type BugTrigger, enrolMany, foreignIn, untilForeign, viewOneByOne, viewTogether } from './bug-trigger.ts';
import { appTriggers } from './bug-triggers-app.ts';
import { asyncTriggers } from './bug-triggers-async.ts';
import { browserTriggers } from './bug-triggers-browser.ts';
import { clinicianTriggers } from './bug-triggers-clinicians.ts';
import { edgeTriggers } from './bug-triggers-edge.ts';
import type { ClinicUnderTest, Said } from './clinic-under-test.ts';
import { enrol, holdCall, settledHistory, type TestPatient } from './patient-under-test.ts';

function setCache(clinic: ClinicUnderTest, mode: 'ok' | 'slow', latencyMs = 0): Promise<Said> {
  return clinic.admin('/cache', { method: 'PUT', body: { mode, latencyMs } });
}

/** One patient hangs up while the cache is slow to answer (or stays), then everybody looks, one by one. */
async function withSlowCache(clinic: ClinicUnderTest, hangsUp: boolean): Promise<readonly string[]> {
  const patients = await enrolMany(clinic, 4);
  await viewOneByOne(patients);
  const [first] = patients;
  try {
    return await untilForeign(async () => {
      await setCache(clinic, 'slow', 120);
      const signals = hangsUp ? { signal: AbortSignal.timeout(60) } : {};
      await Promise.allSettled([first?.ask('/me/history', signals), first?.ask('/me/history', signals)]);
      await setCache(clinic, 'ok');
      return viewOneByOne(patients);
    });
  } finally {
    await setCache(clinic, 'ok');
  }
}

async function viewDuringRoll(
  clinic: ClinicUnderTest,
  patients: readonly TestPatient[],
  version: string,
): Promise<readonly string[]> {
  const foreign: string[] = [];
  await clinic.admin('/deploy/roll', { method: 'POST', body: { version } });
  for (let rolling = true; rolling; rolling = (await clinic.state()).rolling)
    foreign.push(...(await viewOneByOne(patients)));
  return [...foreign, ...(await viewOneByOne(patients))];
}

export const bugTriggers: readonly BugTrigger[] = [
  {
    bug: 'cache-key-lacks-owner',
    nodeCount: 2,
    async quiet(clinic) {
      const foreign: string[] = [];
      const patients = await enrolMany(clinic, 2);
      for (const patient of patients) {
        await clinic.admin('/cache/flush', { method: 'POST' });
        foreign.push(...foreignIn(await patient.ask('/me/history'), patient));
      }
      return foreign;
    },
    trigger: async (clinic) => viewOneByOne(await enrolMany(clinic, 2)),
  },
  {
    bug: 'request-collapsing',
    nodeCount: 2,
    quiet: async (clinic) => viewOneByOne(await enrolMany(clinic, 3)),
    async trigger(clinic) {
      const patients = await enrolMany(clinic, 6);
      return untilForeign(() => viewTogether(patients));
    },
  },
  {
    bug: 'pool-desync',
    nodeCount: 1,
    quiet: (clinic) => withSlowCache(clinic, false),
    trigger: (clinic) => withSlowCache(clinic, true),
  },
  {
    bug: 'shared-request-context',
    nodeCount: 1,
    quiet: async (clinic) => viewOneByOne(await enrolMany(clinic, 4)),
    async trigger(clinic) {
      const patients = await enrolMany(clinic, 8);
      return untilForeign(async () => {
        await clinic.admin('/cache/flush', { method: 'POST' });
        return viewTogether(patients);
      });
    },
  },
  {
    bug: 'mixed-key-format',
    nodeCount: 2,
    async quiet(clinic) {
      const patients = await enrolMany(clinic, 6);
      return [...(await viewOneByOne(patients)), ...(await viewTogether(patients)), ...(await viewOneByOne(patients))];
    },
    async trigger(clinic) {
      const patients = await enrolMany(clinic, 6);
      return [...(await viewDuringRoll(clinic, patients, 'v2')), ...(await viewDuringRoll(clinic, patients, 'v1'))];
    },
  },
  {
    bug: 'fail-open-filter',
    nodeCount: 2,
    quiet: async (clinic) => viewOneByOne(await enrolMany(clinic, 3)),
    async trigger(clinic) {
      await enrolMany(clinic, 2);
      const newcomer = await enrol(clinic, 0);
      return foreignIn(await newcomer.ask('/me/history'), newcomer);
    },
  },
  {
    bug: 'call-switch',
    nodeCount: 2,
    quiet: (clinic) => callsOfThree(clinic, false),
    trigger: (clinic) => callsOfThree(clinic, true),
  },
  ...asyncTriggers,
  ...edgeTriggers,
  ...appTriggers,
  ...browserTriggers,
  ...clinicianTriggers,
];

/** Two hold a call, switched or not, and a third holds an ordinary one; then all look, and play all they are shown. */
async function callsOfThree(clinic: ClinicUnderTest, switched: boolean): Promise<readonly string[]> {
  const patients = await enrolMany(clinic, 3);
  for (const [index, patient] of patients.entries()) await holdCall(patient, switched && index < 2);
  const foreign: string[] = [];
  for (const patient of patients) {
    for (const { recordings } of await settledHistory(patient)) {
      for (const recording of recordings) {
        const played = await patient.ask(recording.href);
        foreign.push(...foreignIn({ ...played, text: recording.fileName }, patient));
        foreign.push(...foreignIn(played, patient).map((each) => `${each} played`));
      }
    }
  }
  return foreign;
}
