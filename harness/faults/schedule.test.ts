// Any plan, any step of any fault failing, hanging or late, any moment of abort: whatever took effect is healed when it
// should be, and the journal names it for as long as it has any effect. The clock is moved by hand.
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { FaultLine } from '../history.ts';
import type { Journal } from '../journal.ts';
import type { Levers } from '../targets/levers.ts';
import type { Fault, Hold } from './fault.ts';
import { runSchedule } from './schedule.ts';

const limits = { planMaxMs: 200, injectMaxMs: 200, lookMaxMs: 100, healMaxMs: 900, refusedMaxMs: 100, pollMs: 50 };
const startedAt = 1_000_000;
const epochMs = () => Date.now();

/** Longer than any one step may take. */
const lateMs = 250;

type Step = 'ok' | 'throws' | 'hangs' | 'late';

interface Case {
  readonly atMs: number;
  readonly forMs: number;
  readonly holds: Hold | null;
  readonly plan: Step;
  readonly inject: Step;
  readonly prove: Step;
  readonly heal: Step;
  readonly journal: 'ok' | 'throws';
  readonly hostile?: true;
  /** As the plan says it. */
  readonly outage?: true;
}

const fine = { plan: 'ok', inject: 'ok', prove: 'ok', heal: 'ok', journal: 'ok', holds: null } as const;
const step = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Step>('ok') },
  fc.constantFrom<Step>('throws', 'hangs', 'late'),
);
const anyCase: fc.Arbitrary<Case> = fc.record({
  atMs: fc.integer({ min: 0, max: 1_500 }),
  forMs: fc.integer({ min: 0, max: 1_000 }),
  holds: fc.constantFrom<(Hold | null)[]>(null, 'nodes', 'cache-mode'),
  plan: step,
  inject: step,
  prove: step,
  heal: step,
  journal: fc.constantFrom('ok', 'ok', 'ok', 'throws'),
});

/** `late` takes effect after its time limit. */
function perform(how: Step, effect: () => void): Promise<void> {
  if (how === 'throws') return Promise.reject(new Error('broken step'));
  if (how === 'hangs') return new Promise(() => {});
  if (how === 'ok') return Promise.resolve(effect());
  return new Promise((resolve) => setTimeout(() => resolve(effect()), lateMs));
}

interface Happening {
  readonly what: 'on' | 'off';
  readonly id: string;
  readonly at: number;
}

/** A run of the schedule over made-up faults, with everything that can be asked about it afterwards. */
async function runCases(cases: readonly Case[], abortAtMs: number | null, emitFailsAt = -1) {
  const active = new Set<string>();
  const named = new Set<string>();
  const happenings: Happening[] = [];
  const lines: FaultLine[] = [];
  // Kept apart, as what is thrown inside a step is the schedule's to swallow.
  const violations: string[] = [];
  const caseOf = (id: string): Case => cases[Number(id)] as Case;
  const assertNamed = (): void => {
    for (const id of active) if (!named.has(id)) violations.push(`fault ${id} has effect but stands in no journal`);
  };
  const setActive = (id: string, on: boolean): void => {
    if (active.has(id) === on) return;
    if (on) active.add(id);
    else active.delete(id);
    happenings.push({ what: on ? 'on' : 'off', id, at: epochMs() - startedAt });
    assertNamed();
    const holds = [...active].map((other) => caseOf(other).holds).filter((hold) => hold !== null);
    if (new Set(holds).size < holds.length) violations.push(`fault ${id} shares its hold with another open one`);
  };
  const journal: Journal = {
    opening: async ({ id }) => {
      if (caseOf(id).journal === 'throws') throw new Error('disk full');
      named.add(id);
    },
    open: async () => {},
    healed: async (id) => {
      named.delete(id);
      assertNamed();
    },
    close: async () => {},
  };
  const fault = (id: string): Fault => {
    const how = caseOf(id);
    return {
      kind: id,
      summary: '',
      needs: [],
      holds: how.holds,
      defaultForMs: 1,
      ...(how.hostile && { hostile: true as const }),
      plan: async () => {
        await perform(how.plan, () => {});
        return id;
      },
      inject: () => perform(how.inject, () => setActive(id, true)),
      prove: () => async () => {
        await perform(how.prove, () => {});
        return { bit: active.has(id), proof: 'looked' };
      },
      heal: () => perform(how.heal, () => setActive(id, false)),
      isHealed: async () => !active.has(id),
    };
  };
  const abort = new AbortController();
  if (abortAtMs !== null) setTimeout(() => abort.abort(), abortAtMs);
  let error: unknown = null;
  const done = runSchedule({
    planned: cases.map(({ atMs, forMs, outage }, index) => ({
      ...{ id: String(index), kind: String(index), atMs, forMs },
      ...(outage && { outage }),
    })),
    levers: { nodes: async () => [] } satisfies Levers,
    seed: 'seed',
    startedAt,
    now: epochMs,
    journal,
    emit: (line) => {
      lines.push(line);
      if (lines.length === emitFailsAt) throw new Error('history is full');
    },
    signal: abort.signal,
    limits,
    named: fault,
  }).catch((thrown: unknown) => {
    error = thrown;
  });
  let returned = false;
  void done.then(() => {
    returned = true;
  });
  await vi.runAllTimersAsync();
  expect(returned, 'the schedule never returned').toBe(true);
  await done;
  expect(violations).toEqual([]);
  return { active, named, happenings, lines, error };
}

const eventsOf = (lines: readonly FaultLine[], id: number) =>
  lines.filter((line) => line.id === String(id)).map((line) => line.event);

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

async function withClock<T>(work: () => Promise<T>): Promise<T> {
  vi.setSystemTime(startedAt);
  return work().finally(() => vi.clearAllTimers());
}

test('whatever fails, whenever the run ends: nothing that can be healed stays broken, and each fault has its lines', async () => {
  const abortAt = fc.option(fc.integer({ min: 0, max: 3_000 }));
  await fc.assert(
    fc.asyncProperty(fc.array(anyCase, { maxLength: 6 }), abortAt, async (cases, abortAtMs) => {
      const { active, named, lines, error } = await withClock(() => runCases(cases, abortAtMs));
      expect(error).toBeNull();
      for (const [index, how] of cases.entries()) {
        const healable = how.heal === 'ok' || how.heal === 'late';
        if (healable) expect(active).not.toContain(String(index));
        // A heal that can't work leaves the fault in the journal, for `crosstalk heal`.
        const events = eventsOf(lines, index);
        if (events.includes('healed')) expect(named).not.toContain(String(index));
        if (!events.includes('injected')) expect(events).toEqual(['failed']);
        else expect(events.filter((event) => event === 'proved' || event === 'not-proved')).toHaveLength(1);
        if (events.includes('injected')) expect(['healed', 'failed']).toContain(events.at(-1));
      }
      expect(lines.map((line) => line.at)).toEqual(lines.map((line) => line.at).sort((a, b) => a - b));
    }),
    { numRuns: 150 },
  );
});

test('faults without trouble open and heal at their times to the millisecond', async () => {
  const times = fc.record({ atMs: fc.integer({ min: 0, max: 1_500 }), forMs: fc.integer({ min: 1, max: 1_000 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(times, { maxLength: 5 }), async (windows) => {
      const cases = windows.map((window) => ({ ...fine, ...window }));
      const { happenings, lines } = await withClock(() => runCases(cases, null));
      for (const [index, { atMs, forMs }] of windows.entries()) {
        expect(happenings.filter(({ id }) => id === String(index))).toEqual([
          { what: 'on', id: String(index), at: atMs },
          { what: 'off', id: String(index), at: atMs + forMs },
        ]);
        expect(eventsOf(lines, index)).toEqual(['injected', 'proved', 'healed']);
      }
    }),
    { numRuns: 50 },
  );
});

test('an abort heals at once and the newest first, and nothing is injected after it', async () => {
  const abortAtMs = 800;
  const openings = fc.uniqueArray(fc.integer({ min: 0, max: 1_600 }), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(openings, async (atList) => {
      const cases = atList.map((atMs) => ({ ...fine, atMs, forMs: 5_000 }));
      const { happenings } = await withClock(() => runCases(cases, abortAtMs));
      const opened = happenings.filter(({ what }) => what === 'on');
      const closed = happenings.filter(({ what }) => what === 'off');
      expect(opened.every(({ at }) => at <= abortAtMs)).toBe(true);
      expect(closed.map(({ id }) => id)).toEqual(opened.map(({ id }) => id).reverse());
      if (closed[0]) expect(closed[0].at).toBe(abortAtMs);
    }),
    { numRuns: 50 },
  );
});

test('a lever that does nothing is told as not proved', async () => {
  const { lines } = await withClock(() => runCases([{ ...fine, atMs: 0, forMs: 100, inject: 'throws' }], null));
  expect(eventsOf(lines, 0)).toEqual(['injected', 'failed', 'not-proved', 'healed']);
});

test('a fault that the journal could not take is not injected', async () => {
  const { lines, happenings } = await withClock(() =>
    runCases([{ ...fine, atMs: 0, forMs: 100, journal: 'throws' }], null),
  );
  expect(happenings).toEqual([]);
  expect(lines).toEqual([expect.objectContaining({ event: 'failed', proof: 'disk full' })]);
});

test('a history that can not be written stops the schedule, but only after healing', async () => {
  const cases = [1, 2, 3].map((at) => ({ ...fine, atMs: at * 100, forMs: 1_000 }));
  for (const failingLine of [1, 2, 3, 4, 5]) {
    const { active, error } = await withClock(() => runCases(cases, null, failingLine));
    expect(active.size).toBe(0);
    expect(error).toEqual(new Error('history is full'));
  }
});

test('what a plan calls an outage is one in each of its lines', async () => {
  const cases = [
    { ...fine, atMs: 0, forMs: 100, outage: true as const },
    { ...fine, atMs: 0, forMs: 100 },
  ];
  const { lines } = await withClock(() => runCases(cases, null));
  expect(lines).toHaveLength(6);
  for (const { id, outage } of lines) expect(outage).toBe(id === '0' ? true : undefined);
});

test('each line of a hostile probe says that it is one, and no other line does', async () => {
  const cases = [
    { ...fine, atMs: 0, forMs: 100, hostile: true as const },
    { ...fine, atMs: 0, forMs: 100 },
  ];
  const { lines } = await withClock(() => runCases(cases, null));
  expect(lines).toHaveLength(6);
  for (const { id, hostile } of lines) expect(hostile).toBe(id === '0' ? true : undefined);
});
