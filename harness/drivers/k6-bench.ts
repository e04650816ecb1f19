// What the oracle costs in k6: operations a second with it (every answer searched, every operation a line of history, read
// and checked by the harness) and without, on the same answers. The answerer and k6 share the machine, as they would in a demo.
import { fork } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { PlanInput } from '../planner.ts';
import { prepareK6 } from './k6.ts';
import { benchDurationMs, scenarios, target } from './k6-bench-target.ts';
import { findK6, type K6Binary } from './k6-binary.ts';
import { sleep } from './sleep.ts';

export interface K6BenchRow {
  readonly list: string;
  readonly operationsPerSecondOff: number;
  readonly operationsPerSecondOn: number;
  /** On divided by off: the aim is 0.9, the least 0.75. */
  readonly ratio: number;
}

const lanes = 20;
/** Between these two, when every lane has made its plan and none is at its end, operations are counted. */
const countFromMs = 2_500;
const countToMs = 6_500;
/** Off and on take turns, and the best of each counts: what else the machine does can only make a round slower. */
const roundCount = 3;
const startLeadMs = 200;
const here = import.meta.dirname;

export async function benchK6(): Promise<K6BenchRow[]> {
  const k6 = await findK6();
  const answerer = await startAnswerer();
  const rows: K6BenchRow[] = [];
  try {
    for (const scenario of scenarios) {
      let off = 0;
      let on = 0;
      for (let round = 0; round < roundCount; round++) {
        off = Math.max(off, await operationsOf(k6, answerer, scenario, path.join(here, 'k6-bench-blind.ts')));
        on = Math.max(on, await operationsOf(k6, answerer, scenario, undefined));
      }
      const seconds = (countToMs - countFromMs) / 1_000;
      rows.push({
        list: scenario.name,
        operationsPerSecondOff: Math.round(off / seconds),
        operationsPerSecondOn: Math.round(on / seconds),
        ratio: Math.round((on / off) * 100) / 100,
      });
    }
  } finally {
    answerer.close();
  }
  return rows;
}

interface Answerer {
  readonly origin: string;
  answered(): Promise<number>;
  close(): void;
}

async function operationsOf(
  k6: K6Binary,
  answerer: Answerer,
  scenario: PlanInput['mix'][number]['scenario'],
  entryModule: string | undefined,
): Promise<number> {
  const module = path.join(here, 'k6-bench-target.ts');
  const mix = [{ scenario, weight: 1 }];
  // A pause as long as the load: one session a lane.
  const plan = { seed: 'bench', lanes, durationMs: benchDurationMs, thinkMs: 1, mix, faults: [] };
  const load = await prepareK6({
    plan,
    run: 1,
    target,
    connection: { origin: answerer.origin, allowedHosts: [] },
    accountOf: () => ({}),
    clinicianAccountOf: () => ({}),
    recording: () => Promise.reject(new Error('the benchmark records nothing')),
    emit: () => {},
    signal: new AbortController().signal,
    k6,
    targetModule: module,
    scenariosModule: module,
    ...(entryModule && { entryModule }),
  });
  try {
    const driven = load.drive(Date.now() + startLeadMs);
    await sleep(startLeadMs + countFromMs);
    const before = await answerer.answered();
    await sleep(countToMs - countFromMs);
    const after = await answerer.answered();
    await driven;
    return after - before;
  } finally {
    await load.close();
  }
}

async function startAnswerer(): Promise<Answerer> {
  const child = fork(path.join(here, 'k6-bench-answerer.ts'));
  const reply = <T>(): Promise<T> =>
    new Promise((resolve) => child.once('message', (message) => resolve(message as T)));
  const { address } = await reply<{ address: { port: number } }>();
  return {
    origin: `http://127.0.0.1:${address.port}`,
    async answered() {
      const counted = reply<{ answered: number }>();
      child.send('count');
      return (await counted).answered;
    },
    close: () => child.disconnect(),
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) console.table(await benchK6());
