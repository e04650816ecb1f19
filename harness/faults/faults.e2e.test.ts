// Every fault on the real clinic under a little traffic: it bites, is proved and heals; without its teeth it is not proved;
// and what a killed harness left open, the next one heals.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type RunningClinic, startClinic } from '../cli/clinic-process.ts';
import { healLeftovers } from '../heal.ts';
import type { FaultLine } from '../history.ts';
import { journalFileName, openJournal, readJournal } from '../journal.ts';
import type { PlannedFault } from '../plan.ts';
import { clinicLevers } from '../targets/clinic-levers.ts';
import type { Levers } from '../targets/levers.ts';
import { pause } from './bounded.ts';
import { servingOf } from './nodes.ts';
import { scheduleProblems } from './problems.ts';
import { lookAtProcess } from './process.ts';
import { runSchedule } from './schedule.ts';

let runs = '';
let undo: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  runs = await mkdtemp(join(tmpdir(), 'crosstalk-faults-'));
  undo = [() => rm(runs, { recursive: true, force: true })];
});
afterEach(async () => {
  for (const step of undo.reverse()) await step();
});

async function clinic(...toothless: string[]): Promise<{ running: RunningClinic; levers: Levers }> {
  const running = await startClinic({ toothless });
  undo.push(() => running.stop());
  for (const email of ['someone@example.org', 'another@example.org']) await signInAndBrowse(running, email);
  return { running, levers: clinicLevers(running) };
}

/** One patient who looks around and books, over and over, so that every part of the clinic has something to do. */
async function signInAndBrowse({ url, adminUrl, secret }: RunningClinic, email: string): Promise<void> {
  const who = { email, password: 'a long password', givenName: 'A', surname: 'B' };
  const what = { birthDate: '1970-01-01', telephone: '07700900000', nhsNumber: '9990000018' };
  const where = { practiceId: 'p1', practiceName: 'Practice', clinicianName: 'C' };
  const enrolled = await call(
    `${adminUrl}/patients`,
    { ...who, ...what, ...where },
    { authorization: `Bearer ${secret}` },
    enrolMaxMs,
  );
  expect(enrolled.status).toBe(201);
  const stop = new AbortController();
  const browsing = browse(url, { email, password: who.password, by: 'bearer' }, stop.signal);
  undo.push(async () => {
    stop.abort();
    await browsing;
  });
}

const enrolMaxMs = 8_000;
/** An instance that is frozen keeps a patient waiting no longer: else nobody would be left to meet what is open beside it. */
const patienceMs = 700;

async function call(
  address: string,
  body: object | null,
  headers: Record<string, string>,
  timeoutMs = patienceMs,
): Promise<Response> {
  return fetch(address, {
    method: body === null ? 'GET' : 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    signal: AbortSignal.timeout(timeoutMs),
    ...(body && { body: JSON.stringify(body) }),
  });
}

const booking = {
  title: 'Cough',
  note: 'dry',
  startsAt: '2030-01-01T10:00:00Z',
  modality: 'video',
  fileName: 'a.webm',
};
const errands = ['/me/history', '/slots', '/me/history', '/me/consultations'];

async function browse(url: string, credentials: object, signal: AbortSignal): Promise<void> {
  let token = '';
  for (let round = 0; !signal.aborted; round++) {
    try {
      if (token === '') {
        const signedIn = await call(`${url}/auth/sign-in`, credentials, {});
        token = signedIn.ok ? ((await signedIn.json()) as { token: string }).token : '';
      }
      const errand = errands[round % errands.length] ?? '';
      // What anybody may see is asked for without a name, so that the edge may keep it.
      const headers: Record<string, string> = errand === '/slots' ? {} : { authorization: `Bearer ${token}` };
      const response = await call(`${url}${errand}`, errand === '/me/consultations' ? booking : null, headers);
      token = response.status === 401 ? '' : (response.headers.get('x-session-token') ?? token);
      await response.arrayBuffer();
    } catch {
      // A node that is killed or frozen fails its requests: that is what the fault is for.
    }
    await pause(20, signal);
  }
}

/** A node that is healed may be called down once more, for being slow. */
const expectBothServing = (levers: Levers): Promise<void> =>
  expect.poll(async () => servingOf(await levers.nodes()).length).toBe(2);

async function runFaults({ running, levers }: Awaited<ReturnType<typeof clinic>>, planned: PlannedFault[]) {
  expect(scheduleProblems(planned, levers)).toEqual([]);
  const lines: FaultLine[] = [];
  await mkdir(join(runs, 'r1'), { recursive: true });
  const journal = await openJournal(join(runs, 'r1'), { name: 'clinic', adminUrl: running.adminUrl });
  undo.push(() => journal.close());
  await runSchedule({
    planned,
    levers,
    seed: 'seed',
    startedAt: Date.now(),
    journal,
    emit: (line) => lines.push(line),
    signal: new AbortController().signal,
  });
  const states = (await readJournal(join(runs, 'r1', journalFileName))).map(({ state }) => state);
  expect(states).toEqual(planned.map(() => 'healed'));
  await expectBothServing(levers);
  expect(await levers.cache?.state()).toMatchObject({ mode: 'ok', entryCountMax: null });
  expect(await levers.database?.state()).toMatchObject({ held: false, failingOver: false });
  expect(await levers.edge?.state()).toMatchObject({ config: 'standard' });
  return planned.map(({ kind, id }) => ({
    kind,
    events: lines.filter((line) => line.id === id).map((line) => `${line.event}`),
    proofs: lines.flatMap((line) => (line.id === id && line.proof ? [line.proof] : [])),
  }));
}

/** Each group one after another, the groups side by side: those of one group would undo or fake each other's effect. */
const onTheCache = [
  'cache-flush',
  // It undoes what was written lately, so it may not come after one that keeps everybody from writing.
  'cache-promote-stale',
  'cache-slow',
  'cache-down',
  'cache-restart',
  'cache-pause',
  'cache-squeeze',
  'cache-cut',
  'cache-swap',
];
const onTheNodes = ['instance-crash', 'instance-freeze', 'deploy-restart', 'deploy-upgrade', 'deploy-rollback'];
const onTheRest = ['edge-config', 'mail-down', 'edge-purge', 'database-cut', 'database-hold', 'database-failover'];

function inARow(kinds: readonly string[], forMs: number): PlannedFault[] {
  return kinds.map((kind, index) => ({ id: kind, kind, atMs: 1_000 + index * forMs, forMs }));
}

test.runIf(process.platform === 'linux')('the clinic tells whose process each node is', async () => {
  const { levers } = await clinic();
  for (const { pid, started } of await levers.nodes())
    expect(await lookAtProcess(pid)).toMatchObject({ started, state: 'alive' });
});

test('all of them bite, are proved, and heal', async () => {
  const planned = [...inARow(onTheCache, 1_800), ...inARow(onTheNodes, 3_000), ...inARow(onTheRest, 3_000)];
  const results = await runFaults(await clinic(), planned);
  for (const { kind, events, proofs } of results) {
    expect({ kind, events, proofs }).toMatchObject({ kind, events: ['injected', 'proved', 'healed'] });
  }
});

test('without their teeth none is proved, and each says why', async () => {
  // The rollback needs something to roll back, so the upgrade keeps its teeth; the probe is healed by a flush, which keeps its own.
  const biting = ['deploy-upgrade', 'cache-flush'];
  const toothless = [...onTheCache, ...onTheNodes, ...onTheRest].filter((kind) => !biting.includes(kind));
  const planned = [...inARow(onTheCache, 600), ...inARow(onTheNodes, 1_500), ...inARow(onTheRest, 600)];
  const results = await runFaults(await clinic(...toothless), planned);
  for (const { kind, events, proofs } of results) {
    const proof = biting.includes(kind) ? 'proved' : 'not-proved';
    expect({ kind, events, proofs }).toMatchObject({ kind, events: ['injected', proof, 'healed'] });
  }
});

test('an upgrade or a flush without its teeth is not proved', async () => {
  const planned = [...inARow(['deploy-upgrade'], 1_000), ...inARow(['cache-flush'], 500)];
  const results = await runFaults(await clinic('deploy-upgrade', 'cache-flush'), planned);
  expect(results.map(({ events }) => events)).toEqual([
    ['injected', 'not-proved', 'healed'],
    ['injected', 'not-proved', 'healed'],
  ]);
});

test.each([
  ['cache-pause', 'paused', null],
  ['cache-squeeze', 'ok', expect.any(Number)],
])(
  'what a harness left open when it was killed, the next one heals: %s and all that can be open beside it',
  async (kind, mode, room) => {
    const { running, levers } = await clinic();
    const folder = join(runs, 'r1');
    await mkdir(folder);
    const doomed = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', doomedHarness], {
      env: { ...process.env, FOLDER: folder, ADMIN_URL: running.adminUrl, SECRET: running.secret, KIND: kind },
      stdio: ['ignore', 'pipe', 'inherit'],
      cwd: import.meta.dirname,
    });
    undo.push(async () => doomed.kill('SIGKILL'));
    for await (const _line of createInterface({ input: doomed.stdout })) break;
    const broken = async () => {
      const [cache, database, edge, mail] = await Promise.all([
        levers.cache?.state(),
        levers.database?.state(),
        levers.edge?.state(),
        levers.mail?.state(),
      ]);
      return [cache?.mode, cache?.entryCountMax, database?.held, edge?.config, mail?.mode];
    };
    await expect.poll(broken, { timeout: 60_000 }).toEqual([mode, room, true, 'next', 'down']);
    const died = once(doomed, 'exit');
    doomed.kill('SIGKILL');
    await died;

    const heal = () => healLeftovers(runs, () => levers);
    expect((await heal()).map(({ outcome }) => outcome)).toEqual(Array(5).fill('healed'));
    expect(await broken()).toEqual(['ok', null, false, 'standard', 'ok']);
    await expectBothServing(levers);
    expect(await heal()).toEqual([]);
  },
);

/** Opens five faults and then says so; their windows are never to end by themselves. */
const doomedHarness = `
  import { openJournal } from '../journal.ts';
  import { clinicLevers } from '../targets/clinic-levers.ts';
  import { runSchedule } from './schedule.ts';
  const { FOLDER, ADMIN_URL: adminUrl, SECRET: secret, KIND } = process.env;
  const kinds = [KIND, 'instance-freeze', 'edge-config', 'mail-down', 'database-hold'];
  let injected = 0;
  await runSchedule({
    planned: kinds.map((kind) => ({ id: kind, kind, atMs: 0, forMs: 600_000 })),
    levers: clinicLevers({ adminUrl, secret }),
    seed: 'seed',
    startedAt: Date.now(),
    journal: await openJournal(FOLDER, { name: 'clinic', adminUrl }),
    emit: ({ event }) => event === 'injected' && ++injected === kinds.length && console.log('open'),
    signal: new AbortController().signal,
  });
`;
