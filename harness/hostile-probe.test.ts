// What a hostile probe shows stands apart: it says what the deployment does not check, not that it leaks by itself.
import { describe, expect, it } from 'vitest';
import { type HistoryBuilder, historyBuilder, judged, options, passingHistory } from './checks/history-builder.ts';
import { liveWatch } from './live.ts';

const leak = { sees: [[2, 'title']] } as const;
const probed = () => historyBuilder().fault('p', 1_000, 2_000, { kind: 'cache-swap', hostile: true });
const rules = (builder: HistoryBuilder, cacheLifetimeMs = 5_000) => {
  const verdict = judged(builder, { declares: { ...options.declares, cacheLifetimeMs } });
  return { verdict: verdict.verdict, findings: verdict.findings.length, apart: verdict.hostileFindings?.length };
};

describe('a hostile probe', () => {
  it("takes what is seen under it, and for a cache's lifetime after, out of the verdict", () => {
    for (const at of [1_500, 2_500, 6_900]) {
      expect(rules(probed().does(1, 'view-history', { ...leak, at }))).toEqual({
        verdict: 'INCONCLUSIVE',
        findings: 0,
        apart: 1,
      });
    }
    const verdict = judged(probed().does(1, 'view-history', { ...leak, at: 1_500 }));
    expect(verdict.firstSightingAfterMs).toBeNull();
    expect(verdict.warnings.join()).toContain('under a hostile probe, not counted: foreign-listing');
  });

  it('excuses nothing that was seen before it or later', () => {
    for (const at of [500, 7_100]) {
      expect(rules(probed().does(1, 'view-history', { ...leak, at }))).toEqual({
        verdict: 'LEAK',
        findings: 1,
        apart: 0,
      });
    }
  });

  it('is one by its mark, not by its name, and leaves no field behind where there was none', () => {
    const ordinary = historyBuilder().fault('p', 1_000, 2_000, { kind: 'cache-swap' });
    expect(rules(ordinary.does(1, 'view-history', { ...leak, at: 1_500 }))).toEqual({
      verdict: 'LEAK',
      findings: 1,
      apart: undefined,
    });
  });

  it('stops no run on its first leak', () => {
    const suspected = (at: number) => {
      const watch = liveWatch({ cacheLifetimeMs: 5_000 });
      return probed()
        .does(1, 'view-history', { ...leak, at })
        .lines.map((line) => watch.feed(line))
        .at(-1)?.suspected;
    };
    expect([1_500, 6_900, 7_100].map(suspected)).toEqual([0, 0, 1]);
  });
});

describe('what happens under a hostile probe is worth nothing', () => {
  const covered = (builder: HistoryBuilder) =>
    Object.fromEntries(
      judged(builder).coverage.rows.map(({ kind, name, opportunities }) => [`${kind} ${name}`, opportunities]),
    );
  const bothLook = (builder: HistoryBuilder, at: number) => {
    for (const patient of [1, 2])
      builder.does(patient, 'view-history', { at: at + patient, sees: [[patient, 'title']] });
    return builder;
  };

  it('so a fault within its reach has not been lived through, and the run is no PASS', () => {
    const builder = bothLook(passingHistory().fault('p', 8_500, 8_600, { kind: 'cache-swap', hostile: true }), 8_550);
    expect(judged(builder).verdict).toBe('PASS');
    expect(covered(builder)).toMatchObject({ 'window p': 2, 'window flush': 2 });
    bothLook(builder.fault('late', 9_000, 9_500), 9_200);
    const { verdict, reasons } = judged(builder);
    expect(verdict).toBe('INCONCLUSIVE');
    expect(reasons.join('\n')).toContain('The window late saw 0 opportunities');
    expect(reasons.join('\n')).toContain('plan the probe last');
  });

  it('and own things that it takes off a list are not missed', () => {
    const builder = bothLook(passingHistory().fault('p', 8_500, 8_600, { kind: 'cache-swap', hostile: true }), 8_550);
    for (let at = 8_700; at < 9_400; at += 50) builder.does(1, 'view-history', { at, complete: true, sees: [] });
    expect(judged(builder)).toMatchObject({ verdict: 'PASS', reasons: [] });
  });

  it('and it is not the thinnest window', () => {
    const builder = bothLook(passingHistory().fault('p', 8_500, 8_600, { kind: 'cache-swap', hostile: true }), 8_550);
    expect(judged(builder).worstWindow).not.toBe('p');
  });
});
