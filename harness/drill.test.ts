import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultSchedule, planInput, plannedFaults, resolveDrill, runNumber } from './drill.ts';
import { faults } from './faults/index.ts';

const kinds = faults.map(({ kind }) => kind);
const target = { url: 'http://127.0.0.1:8080' };

describe('drill', () => {
  it('fills in every default', () => {
    expect(resolveDrill({ target }, 'test')).toMatchObject({
      target: { adapter: 'clinic' },
      seed: '1',
      driver: 'node',
      durationMs: 95_000,
      sessions: 48,
      faults: 'default',
      floor: { opportunitiesPerWindow: 20 },
      strict: false,
    });
    expect(resolveDrill({ target, seed: 7 }, 'test').seed).toBe('7');
  });

  it.each([
    [{}, /target/],
    [{ target: { url: 'nonsense' } }, /target\.url/],
    [{ target: { url: 'ftp://host/' } }, /target\.url/],
    [{ target, sessions: 0 }, /sessions/],
    [{ target, durationMs: -1 }, /durationMs/],
    [{ target, durations: 4 }, /durations/],
    [{ target, faults: [{ kind: 'cache-flush', atMs: 1 }] }, /faults\.0\.forMs/],
    [{ target: { ...target, adminSecretEnv: 'my secret' } }, /environment variable/],
    [{ target: { ...target, url: 'https://me:word@host.example/' } }, /target\.url: must hold no user and password/],
  ])('refuses %j by name', (drill, message) => {
    expect(() => resolveDrill(drill, 'my.config.ts')).toThrow(message);
    expect(() => resolveDrill(drill, 'my.config.ts')).toThrow(/my\.config\.ts is not a drill/);
  });

  it('refuses an unknown scenario and an unknown fault, and names the known ones', () => {
    const drill = resolveDrill(
      { target, scenarios: { dance: 1 }, faults: [{ kind: 'meteor', atMs: 0, forMs: 1 }] },
      'test',
    );
    expect(() => planInput(drill, [], [])).toThrow(/no scenario is called dance/);
    expect(() => plannedFaults(drill, kinds)).toThrow(/cache-flush/);
  });

  it('puts each fault of the default schedule into the drill, one after another', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 20_000, max: 3_600_000 }),
        fc.subarray(kinds, { minLength: 1 }),
        (durationMs, chosen) => {
          const planned = defaultSchedule(chosen, durationMs);
          expect(planned.map(({ kind }) => kind)).toEqual(chosen);
          let freeFromMs = 0;
          for (const { atMs, forMs } of planned) {
            expect(atMs).toBeGreaterThanOrEqual(freeFromMs);
            expect(forMs).toBeGreaterThan(0);
            freeFromMs = atMs + forMs;
          }
          expect(freeFromMs).toBeLessThan(durationMs);
        },
      ),
    );
  });

  it('puts a hostile probe last, and lets it take no more time than it needs', () => {
    const [first, last] = defaultSchedule(['cache-swap', 'cache-flush'], 60_000);
    expect(first).toMatchObject({ kind: 'cache-flush', atMs: 3_000 });
    expect(last).toMatchObject({ kind: 'cache-swap', atMs: 54_500, forMs: 3_000 });
    expect(defaultSchedule(['cache-swap'], 60_000)).toMatchObject([{ atMs: 54_500, forMs: 3_000 }]);
  });

  it('takes lanes by fours, and gives a run a number of its own', () => {
    expect(planInput(resolveDrill({ target, sessions: 5 }, 'test'), [], []).lanes).toBe(8);
    expect(runNumber('a')).not.toBe(runNumber('b'));
    expect(runNumber('a')).toBeLessThan(2 ** 19);
  });
});
