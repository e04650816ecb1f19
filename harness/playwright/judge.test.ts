// Whose a sight is, and what is said of it.
import { describe, expect, it } from 'vitest';
import { patientIndex } from '../../fixtures/domain.ts';
import type { Sight } from '../eyes/sight.ts';
import { counted, foreignLines, judge, ownersNamed } from './judge.ts';
import { ownersOf, patientOf, runOfSeed } from './patients.ts';

const sight = (owner: number, run = 7, more: Partial<Sight> = {}): Sight => ({
  canary: { run, owner: patientIndex(owner), kind: 'title', item: 1 },
  channel: 'text',
  place: '<h2> at 8,20 (300x30)',
  element: 'h2',
  encoding: 'plain',
  frame: null,
  ...more,
});
const owners = [{ run: 7, owner: 0 }];

describe('judging sights', () => {
  it('takes for own only what is of the patient and of the run', () => {
    const sights = [sight(0), sight(4), sight(0, 8)];
    const { own, foreign } = judge(sights, owners);
    expect(own).toEqual([sights[0]]);
    expect(foreign).toEqual([sights[1], sights[2]]);
    expect(judge(sights, []).foreign).toEqual(sights);
  });

  it('says whose, where, what, and of which run', () => {
    const pixels = sight(4, 7, { channel: 'pixels', place: '<video> at 40,120 (264x264)', encoding: 'qr' });
    expect(foreignLines([pixels, sight(0, 8, { encoding: 'base64' })], owners)).toEqual([
      '  patient 4                     pixels  title 1  <video> at 40,120 (264x264)',
      '  patient 0 of another run (8)  text    title 1  <h2> at 8,20 (300x30), as base64',
    ]);
  });

  it('prints no more than can be read', () => {
    const lines = foreignLines(
      Array.from({ length: 50 }, () => sight(4)),
      owners,
    );
    expect(lines).toHaveLength(21);
    expect(lines.at(-1)).toBe('  and 30 more');
  });

  it('counts by channel and names the patients', () => {
    expect(counted([sight(0), sight(0), sight(0, 7, { channel: 'pixels' })])).toBe('3 (text 2, pixels 1)');
    expect(counted([])).toBe('0');
    expect(
      ownersNamed([
        { run: 7, owner: 3 },
        { run: 7, owner: 7 },
      ]),
    ).toBe('patients 3 and 7');
  });
});

describe('patients', () => {
  it('are known by their object, whatever their run, or by their number in one run', () => {
    const run = runOfSeed('playwright');
    expect(ownersOf(patientOf(5, { run: 9 }))).toEqual([{ run: 9, owner: 5 }]);
    expect(ownersOf([patientOf(3), 7])).toEqual([
      { run, owner: 3 },
      { run, owner: 7 },
    ]);
    expect(ownersOf(7, 9)).toEqual([{ run: 9, owner: 7 }]);
  });

  it('are refused when nothing could be known for theirs', () => {
    expect(() => ownersOf([])).toThrow(/toShowNobody/);
    expect(() => ownersOf({ ...patientOf(1), surname: 'Smith' })).toThrow(/no canary/);
    expect(() => ownersOf(-1)).toThrow(/-1/);
  });

  it('have what newcomers lack', () => {
    expect(patientOf(0).consultations).toHaveLength(3);
    expect(patientOf(2).consultations).toHaveLength(0);
  });
});
