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
  await signInAndBrowse(running);
  return { running, levers: clinicLevers(running) };
}

/** One patient who looks at their history over and over, so that the cache and the nodes have something to do. */
async function signInAndBrowse({ url, adminUrl, secret }: RunningClinic): Promise<void> {
  const who = { email: 'someone@example.org', password: 'a long password', givenName: 'A', surname: 'B' };
  const what = { birthDate: '1970-01-01', telephone: '07700900000', nhsNumber: '9990000018' };
  const where = { practiceId: 'p1', practiceName: 'Practice', clinicianName: 'C' };
  await post(`${adminUrl}/patients`, { ...who, ...what, ...where }, secret);
  const signedIn = await post(`${url}/auth/sign-in`, { email: who.email, password: who.password, by: 'bearer' });
  const { token } = (await signedIn.json()) as { token: string };
  const stop = new AbortController();
  const browsing = browse(`${url}/me/history`, token, stop.signal);
  undo.push(async () => {
    stop.abort();
    await browsing;
  });
}

async function post(address: string, body: object, secret?: string): Promise<Response> {
  const headers = { 'content-type': 'application/json', ...(secret && { authorization: `Bearer ${secret}` }) };
  const response = await fetch(address, { method: 'POST', headers, body: JSON.stringify(body) });
  expect(response.ok, `${address} answered ${response.status}`).toBe(true);
  return response;
}

async function browse(address: string, firstToken: string, signal: AbortSignal): Promise<void> {
  let token = firstToken;
  while (!signal.aborted) {
    try {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(3_000)]);
      const response = await fetch(address, { headers: { authorization: `Bearer ${token}` }, signal: limit });
      token = response.headers.get('x-session-token') ?? token;
      await response.arrayBuffer();
    } catch {
      // A node that is killed or frozen fails its requests: that is what the fault is for.
    }
    await pause(20, signal);
  }
}

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
  expect(servingOf(await levers.nodes())).toHaveLength(2);
  expect(await levers.cache?.state()).toMatchObject({ mode: 'ok' });
  return planned.map(({ kind, id }) => ({
    kind,
    events: lines.filter((line) => line.id === id).map((line) => `${line.event}`),
    proofs: lines.flatMap((line) => (line.id === id && line.proof ? [line.proof] : [])),
  }));
}

/** One after another, so that those that restart nodes don't meet; the cache's come at the same time as the nodes'. */
const onTheCache = ['cache-flush', 'cache-slow', 'cache-down'];
const onTheNodes = ['instance-crash', 'instance-freeze', 'deploy-restart', 'deploy-upgrade', 'deploy-rollback'];

function inARow(kinds: readonly string[], forMs: number): PlannedFault[] {
  return kinds.map((kind, index) => ({ id: kind, kind, atMs: 500 + index * forMs, forMs }));
}

test('all eight bite, are proved, and heal', async () => {
  const planned = [...inARow(onTheCache, 1_500), ...inARow(onTheNodes, 3_000)];
  const results = await runFaults(await clinic(), planned);
  for (const { kind, events, proofs } of results) {
    expect({ kind, events, proofs }).toMatchObject({ kind, events: ['injected', 'proved', 'healed'] });
  }
});

test('without their teeth none is proved, and each says why', async () => {
  const toothless = [...onTheCache, 'instance-crash', 'instance-freeze', 'deploy-restart', 'deploy-rollback'];
  const planned = [...inARow(onTheCache, 600), ...inARow(onTheNodes, 1_500)];
  const results = await runFaults(await clinic(...toothless), planned);
  for (const { kind, events } of results) {
    // The rollback needs something to roll back, so the upgrade keeps its teeth.
    const proof = kind === 'deploy-upgrade' ? 'proved' : 'not-proved';
    expect({ kind, events }).toEqual({ kind, events: ['injected', proof, 'healed'] });
  }
});

test('an upgrade without its teeth is not proved', async () => {
  const [upgrade] = await runFaults(await clinic('deploy-upgrade'), inARow(['deploy-upgrade'], 1_000));
  expect(upgrade?.events).toEqual(['injected', 'not-proved', 'healed']);
});

test('what a harness left open when it was killed, the next one heals', async () => {
  const { running, levers } = await clinic();
  const folder = join(runs, 'r1');
  await mkdir(folder);
  const doomed = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', doomedHarness], {
    env: { ...process.env, FOLDER: folder, ADMIN_URL: running.adminUrl, SECRET: running.secret },
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: import.meta.dirname,
  });
  undo.push(async () => doomed.kill('SIGKILL'));
  for await (const _line of createInterface({ input: doomed.stdout })) break;
  expect(await levers.cache?.state()).toMatchObject({ mode: 'slow' });
  const died = once(doomed, 'exit');
  doomed.kill('SIGKILL');
  await died;

  const heal = () => healLeftovers(runs, () => levers);
  expect(await heal()).toMatchObject([
    { run: 'r1', outcome: 'healed' },
    { run: 'r1', outcome: 'healed' },
  ]);
  expect(await levers.cache?.state()).toMatchObject({ mode: 'ok' });
  expect(servingOf(await levers.nodes())).toHaveLength(2);
  expect(await heal()).toEqual([]);
});

/** Opens two faults and then says so; its window is never to end by itself. */
const doomedHarness = `
  import { openJournal } from './../journal.ts';
  import { clinicLevers } from './../targets/clinic-levers.ts';
  import { runSchedule } from './schedule.ts';
  const { FOLDER, ADMIN_URL: adminUrl, SECRET: secret } = process.env;
  const proved = new Set();
  await runSchedule({
    planned: ['cache-slow', 'instance-freeze'].map((kind) => ({ id: kind, kind, atMs: 0, forMs: 600_000 })),
    levers: clinicLevers({ adminUrl, secret }),
    seed: 'seed',
    startedAt: Date.now(),
    journal: await openJournal(FOLDER, { name: 'clinic', adminUrl }),
    emit: ({ kind, event }) => event === 'proved' && proved.add(kind).size === 2 && console.log('open'),
    signal: new AbortController().signal,
  });
`;
