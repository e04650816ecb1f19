// The node driver on the stand-in, where the target declares a rate limit: what is over it never leaves.
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { HistoryLine, Operation } from '../history.ts';
import type { RateLimit } from '../targets/target.ts';
import { driveInNode } from './node.ts';
import { scenarios, target } from './stand-in.ts';
import { type StandInServer, startStandIn } from './stand-in-server.ts';
import { turnsWithin } from './turns.ts';

const run = 7;
let server: StandInServer;
beforeEach(async () => {
  server = await startStandIn({ run });
});
afterEach(() => server.close());

async function drive(limit: RateLimit): Promise<readonly Operation[]> {
  const lines: HistoryLine[] = [];
  await driveInNode({
    plan: {
      seed: 'paced',
      lanes: 4,
      durationMs: 600,
      thinkMs: 50,
      mix: scenarios.map((scenario) => ({ scenario, weight: 1 })),
      faults: [],
    },
    run,
    target,
    loadStartedAt: Date.now(),
    connection: { origin: server.origin, allowedHosts: [] },
    turns: turnsWithin(limit) as never,
    accountOf: (patient) => ({ email: `${patient}@stand-in.example` }),
    clinicianAccountOf: () => ({}),
    recording: async () => new Uint8Array(10),
    emit: (line) => void lines.push(line),
    signal: new AbortController().signal,
  });
  return lines.filter((line) => line.t === 'operation');
}

it('sends no more than the limit of all allows, and says of the others why', async () => {
  const operations = await drive({ all: { requests: 3, perMs: 3_600_000, burst: 3 } });
  expect(server.seen.requests).toBe(3);
  const unsent = operations.filter(({ detail }) => detail?.includes("within the target's rate limit"));
  expect(unsent.length).toBeGreaterThan(0);
  for (const { outcome, exchanges } of unsent) expect([outcome, exchanges]).toEqual(['timeout', []]);
});

it('holds each account to its own', async () => {
  await drive({ perAccount: { requests: 1, perMs: 3_600_000 } });
  expect(server.seen.requests).toBeGreaterThan(1);
  expect(server.seen.requests).toBe(server.seen.people.size);
});
