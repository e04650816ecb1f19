// For tests: the triggers of the bugs that live in the edge, and of the instance that a deploy left behind.
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { request } from 'undici';
import { type BugTrigger, enrolMany, foreignIn, untilForeign, viewOneByOne } from './bug-trigger.ts';
import type { ClinicUnderTest, Said } from './clinic-under-test.ts';
import { byCookie, enrol, holdCall, markShape, mediaOf, type TestPatient } from './patient-under-test.ts';

const rotationDueAfterMs = 5_200;
const upstreamSettlesMs = 150;
/** What is kept is kept for two seconds only; each takes seconds, which the correct clinic spends in full. */
const keptRoundsMax = 3;

async function viewUnder(clinic: ClinicUnderTest, config: 'standard' | 'next'): Promise<readonly string[]> {
  const patients = await enrolMany(clinic, 2);
  await clinic.admin('/edge/config', { method: 'POST', body: { config } });
  try {
    return await untilForeign(() => viewOneByOne(patients));
  } finally {
    await clinic.admin('/edge/config', { method: 'POST', body: { config: 'standard' } });
  }
}

/** The cookie that an answer sets, or else the one before: as a browser would. */
function cookieAfter(said: Said, before: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const [set] = [said.headers['set-cookie']].flat();
  return set === undefined ? before : { cookie: set.split(';')[0] ?? '' };
}

/** Two browsers open a public page one right after the other, and then look who they are. */
async function openSlots(clinic: ClinicUnderTest, afterMs: number): Promise<readonly string[]> {
  const patients: TestPatient[] = [];
  for (const patient of await enrolMany(clinic, 2)) patients.push(await byCookie(clinic, patient));
  await pause(afterMs);
  const foreign: string[] = [];
  for (const patient of patients) {
    const headers = cookieAfter(await patient.ask('/slots'), {});
    foreign.push(...foreignIn(await patient.ask('/me', { headers }), patient));
  }
  return foreign;
}

/** What nobody is shown at an address that a patient has just opened. */
async function openOddPath(clinic: ClinicUnderTest, opened: string, then: string): Promise<readonly string[]> {
  const patient = await enrol(clinic);
  await patient.ask(opened);
  return ((await clinic.ask(then)).text.match(markShape) ?? []).map((mark) => `nobody<${mark}`);
}

/** Sends half of a call's recording and goes away; or, the near miss, goes away while waiting for a list. */
async function goAway(clinic: ClinicUnderTest, patient: TestPatient, midUpload: boolean): Promise<void> {
  const id = await patient.book('Call');
  await patient.ask(`/me/consultations/${id}/attend`, { method: 'POST' });
  const leave = new AbortController();
  const half = Readable.from(halfOf(mediaOf(patient.mark)));
  const upload = { method: 'POST', body: half } as const;
  const going = request(`${clinic.url}${midUpload ? `/me/consultations/${id}/end-call` : '/me/history'}`, {
    ...(midUpload ? upload : { method: 'GET' }),
    headers: { authorization: `Bearer ${patient.token}` },
    signal: leave.signal,
  });
  setTimeout(() => leave.abort(), midUpload ? upstreamSettlesMs : 1);
  await going.then(({ body }) => body.dump()).catch(() => {});
  await pause(upstreamSettlesMs);
}

/** One half, and then nothing for longer than anybody waits here. */
async function* halfOf(media: Uint8Array): AsyncGenerator<Uint8Array> {
  yield media.subarray(0, media.length / 2);
  await pause(10_000, undefined, { ref: false });
}

async function viewAfterGoing(clinic: ClinicUnderTest, midUpload: boolean): Promise<readonly string[]> {
  const patients = await enrolMany(clinic, 4);
  const [first] = patients;
  if (first === undefined) return [];
  await holdCall(first, false);
  return untilForeign(async () => {
    await goAway(clinic, first, midUpload);
    return viewOneByOne(patients);
  });
}

async function withoutLastNode(clinic: ClinicUnderTest): Promise<readonly string[]> {
  const last = (await clinic.state()).nodes.at(-1)?.node;
  const signal = (name: string): Promise<Said> =>
    clinic.admin(`/nodes/${last}/signal`, { method: 'POST', body: { signal: name } });
  const patients = await enrolMany(clinic, 3);
  await signal('SIGSTOP');
  try {
    await clinic.until('the last node is out', ({ nodes }) => nodes.at(-1)?.state === 'down');
    return [...(await viewOneByOne(patients)), ...(await viewOneByOne(patients))];
  } finally {
    await signal('SIGCONT');
    await clinic.until('the last node is back', ({ nodes }) => nodes.at(-1)?.state === 'serving');
  }
}

export const edgeTriggers: readonly BugTrigger[] = [
  {
    bug: 'edge-caches-private',
    nodeCount: 2,
    quiet: (clinic) => viewUnder(clinic, 'standard'),
    trigger: (clinic) => viewUnder(clinic, 'next'),
  },
  {
    bug: 'edge-stores-session',
    nodeCount: 2,
    quiet: (clinic) => openSlots(clinic, 0),
    trigger: (clinic) => untilForeign(() => openSlots(clinic, rotationDueAfterMs), keptRoundsMax),
  },
  {
    bug: 'path-confusion',
    nodeCount: 2,
    quiet: (clinic) => openOddPath(clinic, '/me/history/theirs.css', '/me/history/other.css'),
    trigger: (clinic) =>
      untilForeign(() => openOddPath(clinic, '/me/history/x.css', '/me/history/x.css'), keptRoundsMax),
  },
  {
    bug: 'framing-desync',
    nodeCount: 1,
    quiet: (clinic) => viewAfterGoing(clinic, false),
    trigger: (clinic) => viewAfterGoing(clinic, true),
  },
  {
    bug: 'drifted-instance',
    nodeCount: 2,
    quiet: withoutLastNode,
    async trigger(clinic) {
      const patients = await enrolMany(clinic, 4);
      return untilForeign(() => viewOneByOne(patients));
    },
  },
];
