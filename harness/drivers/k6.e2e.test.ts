import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { patientIndex } from '../../fixtures/domain.ts';
import type { HistoryLine, Operation } from '../history.ts';
import type { PlanInput } from '../planner.ts';
import type { DriveInput } from './drive.ts';
import { type K6PrepareInput, prepareK6 } from './k6.ts';
import { findK6, type K6Binary } from './k6-binary.ts';
import { driveInNode } from './node.ts';
import { scenarios, target } from './stand-in.ts';
import { type StandInServer, startStandIn } from './stand-in-server.ts';
import { openTurns } from './turns.ts';

const run = 7;
const standIn = path.join(import.meta.dirname, 'stand-in.ts');
/** A slow machine gets through all that the stand-in can do in it. */
const wholeDayMs = 8_000;
const video = new Uint8Array(3_000).fill(7);

let k6: K6Binary;
let server: StandInServer;
let tempFolder: string;
let lines: HistoryLine[];

beforeAll(async () => {
  k6 = await findK6();
}, 700_000);
beforeEach(async () => {
  tempFolder = await mkdtemp(path.join(os.tmpdir(), 'k6-test-'));
  server = await startStandIn({ run });
  lines = [];
});
afterEach(async () => {
  await server.close();
  await rm(tempFolder, { recursive: true });
});

function driveInput(override: Partial<DriveInput> = {}): DriveInput {
  const plan: PlanInput = {
    seed: 'drivers',
    lanes: 8,
    durationMs: 3_000,
    thinkMs: 100,
    mix: scenarios.map((scenario) => ({ scenario, weight: 1 })),
    faults: [],
  };
  return {
    plan,
    run,
    target,
    loadStartedAt: Date.now() + 100,
    connection: { origin: server.origin, allowedHosts: [], traceRun: 'both' },
    accountOf: (patient) => ({ email: `${patient}@stand-in.example` }),
    clinicianAccountOf: (clinician) => ({ email: `clinician-${clinician}@stand-in.example` }),
    recording: async () => video,
    emit: (line) => void lines.push(line),
    signal: new AbortController().signal,
    ...override,
  };
}

const k6Input = (override: Partial<K6PrepareInput> = {}): K6PrepareInput => ({
  ...driveInput(override),
  k6,
  targetModule: standIn,
  scenariosModule: standIn,
  tempFolder,
  ...override,
});

/** Drives with k6 from the moment it is ready. */
async function drive(override: Partial<K6PrepareInput> = {}): Promise<void> {
  const load = await prepareK6(k6Input(override));
  try {
    await load.drive(Date.now() + 50);
  } finally {
    await load.close();
  }
}

const operations = (): Operation[] => lines.filter((line) => line.t === 'operation');
const spansOf = ({ exchanges }: Operation): string[] =>
  exchanges.map(({ traceId, spanId }) => `00-${traceId}-${spanId}-01`);
const sightedOwners = ({ exchanges }: Operation): number[] =>
  exchanges.flatMap(({ sightings }) => sightings.map(({ owner }) => owner));

/**
 * What both drivers must agree on. k6 has neither status nor headers of an answer that was cut off, and how much of its body had
 * come by then is a matter of the moment.
 */
function factsOf({ startedAt: _s, endedAt: _e, exchanges, ...operation }: Operation): object {
  const facts = exchanges.map(({ startedAt: _, ms: __, status, node, cacheHeaders, bodyBytes, ...exchange }) =>
    operation.outcome === 'aborted' ? exchange : { ...exchange, status, node, cacheHeaders, bodyBytes },
  );
  return { ...operation, exchanges: facts };
}

const factsById = (): Map<string, object> => new Map(operations().map((one) => [one.id, factsOf(one)]));

describe('the k6 driver', () => {
  it('writes the same facts as the node driver', async () => {
    const plan = { ...driveInput().plan, durationMs: wholeDayMs };
    await drive({ plan });
    const inK6 = factsById();
    await server.close();
    server = await startStandIn({ run });
    lines = [];
    await driveInNode(driveInput({ plan }));
    // Where the plan's time runs out, one driver gets a step further than the other.
    const inBoth = operations().filter(({ id }) => inK6.has(id));
    expect(new Set(inBoth.map(({ action }) => action))).toEqual(new Set(Object.keys(target.actions)));
    const places = inBoth.flatMap(({ exchanges }) =>
      exchanges.flatMap(({ sightings }) => sightings.map(({ where }) => where)),
    );
    expect(new Set(places)).toEqual(new Set(['body', 'header:x-shown-to']));
    for (const operation of inBoth) expect(inK6.get(operation.id)).toEqual(factsOf(operation));
    expect(inBoth.every(({ exchanges }) => exchanges.every(({ spanId }) => spanId !== undefined))).toBe(true);
    const told = new Set(operations().flatMap(spansOf));
    expect(told.size).toBe(operations().flatMap(({ exchanges }) => exchanges).length);
    expect([...server.seen.spans].filter((span) => !told.has(span))).toEqual([]);
  });

  it('keeps within a rate limit, of all its users together', async () => {
    await drive({ turns: openTurns({ all: { requests: 5, perMs: 3_600_000, burst: 5 } }) });
    expect(server.seen.requests).toBe(5);
    const unsent = operations().filter(({ detail }) => detail?.includes("within the target's rate limit"));
    expect(unsent.length).toBeGreaterThan(0);
    for (const { outcome, exchanges } of unsent) expect([outcome, exchanges]).toEqual(['timeout', []]);
  });

  it('asks for a name at the address that it was told', async () => {
    const { port } = new URL(server.origin);
    const connectTo = { 'staging.example.org': `127.0.0.1:${port}` };
    await drive({ connection: { origin: 'http://staging.example.org', allowedHosts: [], connectTo } });
    expect(operations().filter(({ outcome }) => outcome === 'ok').length).toBeGreaterThan(0);
    expect(server.seen.hosts).toEqual(new Set(['staging.example.org']));
  });

  it('gives every session connections of its own, cuts answers off and sends recordings', async () => {
    const mix = [{ scenario: scenarios[0] as never, weight: 1 }];
    await drive({ plan: { ...driveInput().plan, durationMs: wholeDayMs, mix } });
    const connections = operations().flatMap(({ exchanges }) => exchanges.map(({ connection }) => connection));
    expect(server.seen.connections.size).toBe(new Set(connections).size);
    const aborted = operations().filter(({ outcome }) => outcome === 'aborted');
    expect(aborted.length).toBeGreaterThanOrEqual(8);
    // The server learns of it when the connection closes.
    await expect.poll(() => server.seen.cutOff).toBe(aborted.length);
    expect(aborted.every(({ exchanges }) => exchanges[0]?.partial)).toBe(true);
    for (const { exchanges } of aborted) expect([0, 'begun'.length]).toContain(exchanges[0]?.bodyBytes);
    expect(server.seen.uploads.length).toBeGreaterThanOrEqual(8);
    expect(server.seen.uploads.every((upload) => upload.equals(video))).toBe(true);
    expect(
      operations().every((operation) => sightedOwners(operation).every((owner) => owner === operation.patient)),
    ).toBe(true);
  });

  it('sees a stranger in lists and in bytes', async () => {
    server.leak(patientIndex(21));
    await drive();
    const leaks = operations().filter((operation) => sightedOwners(operation).includes(21));
    expect(new Set(leaks.map(({ action }) => action))).toContain('view-history');
  });

  it('loses nothing of a line of 200 KB', async () => {
    await server.close();
    server = await startStandIn({ run, idChars: 2_000, idCount: 100 });
    await drive();
    const ids = operations().flatMap(({ listedIds }) => listedIds ?? []);
    expect(ids.length).toBeGreaterThanOrEqual(800);
    expect(ids.every((id) => /^c-\d+-\d+é+$/.test(id) && id.length === 2_000)).toBe(true);
  });

  it('keeps accounts in a private folder that is gone afterwards', async () => {
    const load = await prepareK6(k6Input());
    const [folder = ''] = await readdir(tempFolder);
    const inside = await readdir(path.join(tempFolder, folder));
    const modes = await Promise.all(
      ['', 'config.json', 'accounts.json'].map((name) => stat(path.join(tempFolder, folder, name))),
    );
    await load.close();
    expect(inside).toContain('accounts.json');
    expect(modes.map(({ mode }) => mode & 0o077)).toEqual([0, 0, 0]);
    expect(await readdir(tempFolder)).toEqual([]);
  });

  it('stops when it is told to, and calls that no failure', async () => {
    const stop = new AbortController();
    const emit = (line: HistoryLine): void => {
      lines.push(line);
      stop.abort(new Error('enough'));
    };
    await drive({ plan: { ...driveInput().plan, durationMs: 600_000 }, signal: stop.signal, emit });
    expect(lines.length).toBeGreaterThan(0);
    expect(await readdir(tempFolder)).toEqual([]);
  });
});

describe('a k6 that fails', () => {
  it('says who was not enrolled', async () => {
    const accountOf = (patient: number): { email: string } => {
      if (patient >= 4 && patient < 8) throw new Error('not enrolled');
      return { email: `${patient}@stand-in.example` };
    };
    await expect(drive({ accountOf })).rejects.toThrow(
      /before the load was over, with code 108.*patient [4-7] was not enrolled/,
    );
  });

  it('says which import it can not have', async () => {
    const targetModule = path.join(tempFolder, 'adapter.ts');
    await writeFile(targetModule, "import { readFileSync } from 'node:fs'; export const target = readFileSync;");
    await expect(drive({ targetModule })).rejects.toThrow(/adapter\.ts imports node:fs, which k6 does not have/);
    expect(await readdir(tempFolder)).toEqual(['adapter.ts']);
  });

  it('says what an adapter threw while it was loaded', async () => {
    const targetModule = path.join(tempFolder, 'adapter.ts');
    await writeFile(targetModule, "export const target = {}; throw new Error('no luck today');");
    await expect(drive({ targetModule })).rejects.toThrow(/before the load began.*no luck today/s);
  });

  it('says where none is', async () => {
    const absent: K6Binary = { path: path.join(tempFolder, 'no-k6'), version: '1.8.1', origin: 'path' };
    await expect(prepareK6(k6Input({ k6: absent }))).rejects.toThrow(/no-k6 could not be started/);
  });

  it('takes an error of the history for its own end', async () => {
    const emit = (): void => {
      throw new Error('the disk is full');
    };
    await expect(drive({ emit })).rejects.toThrow('the disk is full');
  });
});
