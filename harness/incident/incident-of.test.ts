import { describe, expect, it } from 'vitest';
import {
  type HistoryBuilder,
  historyBuilder,
  loadBeganAt,
  options,
  passingHistory,
} from '../checks/history-builder.ts';
import type { ContainReport } from '../containment/report.ts';
import { judge } from '../judge.ts';
import type { Incident } from './incident.ts';
import { incidentOf } from './incident-of.ts';

function incident(builder: HistoryBuilder, contained: ContainReport | null = null): Incident {
  const { lines } = builder;
  const verdict = judge(lines, options);
  const { declares } = options;
  return incidentOf({ lines, verdict, declares, strict: false, contained, evidence: [], evidenceLeftOut: 0 });
}

/** Like June 2020: three could see, and one of them played a recording. */
const june = (): HistoryBuilder =>
  historyBuilder()
    .phase('load', 0, 60_000)
    .does(1, 'view-history', {
      at: 1_000,
      sees: [
        [9, 'title'],
        [9, 'file-name'],
        [8, 'title', 2],
      ],
    })
    .does(2, 'view-history', { at: 2_000, sees: [[9, 'title']] })
    .does(3, 'view-history', { at: 3_000, sees: [[9, 'title']] })
    .does(3, 'watch', { at: 4_000, sees: [[9, 'recording', 1]] });

describe('an incident', () => {
  it('keeps apart who could see and who did', () => {
    const { exposure } = incident(june());
    expect(exposure?.reach).toEqual({
      listed: { owners: 2, viewers: 3, pairs: 4, things: 2 },
      viewed: { owners: 1, viewers: 1, pairs: 1, things: 1 },
    });
    expect(exposure).toMatchObject({
      owners: 2,
      viewers: 3,
      firstAt: loadBeganAt + 1_000,
      lastAt: loadBeganAt + 4_000,
    });
  });

  it('names each person concerned, with their own figures and times', () => {
    const affected = incident(june()).exposure?.affected ?? [];
    expect(affected.map(({ patient }) => patient)).toEqual([8, 9]);
    expect(affected[1]).toMatchObject({
      things: { listed: 1, viewed: 1 },
      viewers: { listed: 3, viewed: 1 },
      firstAt: loadBeganAt + 1_000,
      lastAt: loadBeganAt + 4_000,
      routes: ['GET /me/history', 'GET /recordings/{id}/content'],
    });
    expect(affected[1]?.email).toMatch(/\.example$/);
  });

  it('names nobody whose account was leased, for it is not known whose name it bears', () => {
    const builder = june();
    builder.lines[0] = { ...(builder.lines[0] as Extract<(typeof builder.lines)[number], { t: 'run' }>), leased: true };
    expect(incident(builder).exposure?.affected[0]).toMatchObject({ patient: 8, name: null, email: null });
  });

  it('says by which way, of what kinds, in whose eyes, and how it was noticed', () => {
    const { exposure } = incident(june());
    expect(exposure?.routes.map(({ rule, route }) => [rule, route])).toEqual([
      ['foreign-recording', 'GET /recordings/{id}/content'],
      ['foreign-listing', 'GET /me/history'],
    ]);
    expect(exposure?.kinds).toContainEqual({
      kind: 'video recording of a consultation',
      things: { listed: 0, viewed: 1 },
    });
    expect(exposure?.pairs[0]).toMatchObject({
      owner: 'patient 9',
      viewer: 'patient 3',
      things: { listed: 1, viewed: 1 },
    });
    expect(exposure?.noticed).toMatchObject({ rule: 'foreign-listing', session: 's1' });
  });

  it('agrees with the verdict’s findings', () => {
    const builder = june();
    const { findings } = judge(builder.lines, options);
    for (const { rule, route, listed, viewed } of findings) {
      const way = incident(builder).exposure?.routes.find((one) => one.rule === rule && one.route === route);
      expect([way?.reach.listed.things, way?.reach.viewed.things]).toEqual([listed, viewed]);
    }
    expect(findings).toHaveLength(2);
  });

  it('is none where nothing leaked, nor where a warning is all there is', () => {
    expect(incident(passingHistory())).toMatchObject({ exposure: null, run: { verdict: 'PASS' } });
    const missing = historyBuilder().enrolled(1, [0]).does(1, 'view-history', { complete: true });
    expect(incident(missing).exposure).toBeNull();
  });

  it('tells its moments in order, with the switch of a containment drill', () => {
    const contained = { switch: 'disable-rewatch', pulledAt: 5, releasedAt: null } as ContainReport;
    const { timeline } = incident(june().fault('f', 500, 900, { kind: 'cache-flush' }), contained);
    expect(timeline.map(({ at }) => at)).toEqual(timeline.map(({ at }) => at).sort((a, b) => a - b));
    expect(timeline.map(({ what }) => what)).toEqual(
      expect.arrayContaining([
        'the switch disable-rewatch was pulled',
        'cache-flush was injected',
        'first sight by foreign-listing (GET /me/history)',
        'the load ended',
      ]),
    );
  });
});
