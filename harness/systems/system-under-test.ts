// What every fault of every system must show in its tests, on the real component: it bites and is proved, it heals, and what it broke is healed
// after the harness that broke it was killed.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, vi } from 'vitest';
import { random } from '../../fixtures/random.ts';
import { connectLevers } from '../cli/deployment.ts';
import type { Evidence, Fault } from '../faults/fault.ts';
import { faultNamed } from '../faults/index.ts';
import { defaultLimits } from '../faults/limits.ts';
import { mend } from '../faults/mend.ts';
import { healLeftovers } from '../heal.ts';
import type { Levers } from '../targets/levers.ts';
import { connectSystems, type Systems, systemsSchema } from './index.ts';

const usualProofMaxMs = 10_000;
const lookEveryMs = 50;
const startMaxMs = 90_000;
const mending = { ...defaultLimits, healMaxMs: 20_000 };

export interface SystemUnderTest {
  readonly systems: Systems;
  readonly levers: Levers;
}

/** `wanted` as a person writes it in a drill. */
export function systemUnderTest(wanted: unknown): SystemUnderTest {
  const systems = systemsSchema.parse(wanted);
  return { systems, levers: { nodes: async () => [], systems: connectSystems(systems) } };
}

/** Once each of them can be used. */
export async function untilReached({ levers }: SystemUnderTest): Promise<void> {
  const each = Object.values(levers.systems ?? {});
  await vi.waitFor(() => Promise.all(each.map(({ client }) => client.reach())), { timeout: startMaxMs, interval: 100 });
}

/** Injects it and mends it; `meanwhile` is done while it is open. Resolves to what was seen last, proof or not. */
export async function bite(
  { levers }: SystemUnderTest,
  kind: string,
  { meanwhile, proofMaxMs = usualProofMaxMs }: { meanwhile?: () => Promise<void>; proofMaxMs?: number } = {},
): Promise<Evidence> {
  const fault = faultNamed(kind);
  const memory = throughJson(await fault.plan(levers, random('seed', 'fault', 'f1')));
  const look = fault.prove(levers, memory);
  expect(await look()).toMatchObject({ bit: false });
  await fault.inject(levers, memory);
  try {
    const evidence = await untilBit(look, proofMaxMs);
    await meanwhile?.();
    return evidence;
  } finally {
    await mend(fault, levers, memory, mending);
  }
}

async function untilBit(look: ReturnType<Fault['prove']>, proofMaxMs: number): Promise<Evidence> {
  const startedAt = Date.now();
  let evidence = await look();
  while (!evidence.bit && Date.now() - startedAt < proofMaxMs) {
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    evidence = await look();
  }
  return evidence;
}

/** What another process would read from the journal. */
const throughJson = (memory: unknown): unknown => JSON.parse(JSON.stringify(memory));

/** Lets a harness inject it and die (SIGKILL), sees `broken`, and heals from what it left on disk. */
export async function healAfterKill(
  { systems }: SystemUnderTest,
  kind: string,
  broken: () => Promise<void> = async () => {},
): Promise<void> {
  const runs = mkdtempSync(path.join(tmpdir(), 'systems-'));
  try {
    const run = mkdtempSync(path.join(runs, 'run-'));
    const script = path.resolve(import.meta.dirname, 'inject-under-test.ts');
    const child = spawn(process.execPath, ['--import', 'tsx', script, run, kind, JSON.stringify(systems)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await untilInjected(child);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await broken();
    const report = await healLeftovers(runs, (reference, fault) => connectLevers(reference, fault, undefined), {
      limits: mending,
    });
    expect(report).toEqual([expect.objectContaining({ kind, outcome: 'healed' })]);
    expect(await healLeftovers(runs, () => ({ nodes: async () => [] }))).toEqual([]);
  } finally {
    rmSync(runs, { recursive: true, force: true });
  }
}

async function untilInjected(child: ChildProcess): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing was injected within ${startMaxMs} ms`)), startMaxMs);
  });
  const gone = once(child, 'exit').then(([code]) => Promise.reject(new Error(`it ended with ${code} beforehand`)));
  try {
    await Promise.race([once(child.stdout as NodeJS.ReadableStream, 'data'), gone, late]);
  } finally {
    clearTimeout(timer);
    gone.catch(() => {});
  }
}
