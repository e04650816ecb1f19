import { describe, expect, it } from 'vitest';
import type { PatientIndex } from '../../fixtures/domain.ts';
import type { Scenario, ScenePart, Stage, Step } from '../plan.ts';
import { variantOf, withVariants } from './variants.ts';

const look = { kind: 'view-history', page: 'json' } as const;
const steps: readonly Step[] = [
  { atMs: 10, action: { kind: 'sign-in', by: 'cookie' } },
  { atMs: 40, action: look, abortAfterMs: 5 },
  { atMs: 90, action: { kind: 'who-am-i' }, barrier: { name: 'b', parties: 2, atMs: 90 } },
];
const part = (seat: 0 | 1): ScenePart => ({ seat, patient: seat as PatientIndex, steps });
const base: Scenario = { name: 'base', summary: '', needs: [], weight: 3, scene: () => [part(0), part(1)] };
const played = (name: string) => variantOf(name, [base]).scene({} as Stage);

describe('a variant', () => {
  it('no-abort lets every answer come, and changes nothing else', () => {
    const [, aborted, ...rest] = played('base:no-abort')[0]?.steps ?? [];
    expect(aborted).toEqual({ atMs: 40, action: look });
    expect(rest).toEqual(steps.slice(2));
  });

  it('in-turn begins each session after the one before has ended, without barriers', () => {
    const [first, second] = played('base:in-turn');
    const times = (of: ScenePart | undefined) => of?.steps.map(({ atMs }) => atMs);
    expect(times(first)).toEqual([0, 30, 80]);
    expect(times(second)).toEqual([140, 170, 220]);
    expect([first?.seat, second?.seat]).toEqual([0, 0]);
    expect(JSON.stringify([first, second])).not.toContain('barrier');
  });

  it('alone has one session, which waits for nobody', () => {
    const parts = played('base:alone');
    expect(parts.map(({ seat }) => seat)).toEqual([0]);
    expect(JSON.stringify(parts)).not.toContain('barrier');
  });

  it('no-<action> leaves that action out', () => {
    expect(played('base:no-view-history')[1]?.steps.map(({ action }) => action.kind)).toEqual(['sign-in', 'who-am-i']);
  });

  it('by-bearer signs in with tokens', () => {
    expect(played('base:by-bearer')[0]?.steps[0]?.action).toEqual({ kind: 'sign-in', by: 'bearer' });
  });

  it('own-keys gives each patient keys that no other has, and the same for a repeat', () => {
    const book: Step = { atMs: 1, action: { kind: 'book', item: 4, modality: 'phone', key: '1' } };
    const scene = () => [part(0), part(1)].map((one) => ({ ...one, steps: [book, book] }));
    const parts = variantOf('base:own-keys', [{ ...base, scene }]).scene({} as Stage);
    const keys = parts.map((one) => one.steps.map(({ action }) => action.kind === 'book' && action.key));
    expect(keys).toEqual([
      ['1/patient-0', '1/patient-0'],
      ['1/patient-1', '1/patient-1'],
    ]);
  });

  it('is played only where it is named', () => {
    const [ready, variant] = withVariants([base], ['base', 'base:in-turn']);
    expect([ready, variant?.name, variant?.weight]).toEqual([base, 'base:in-turn', 0]);
  });

  it('that does not exist is an error that says what does', () => {
    expect(() => variantOf('other:in-turn', [base])).toThrow('no scenario "other"');
    expect(() => variantOf('base:no-sting', [base])).toThrow(
      'no-abort, in-turn, alone, by-bearer, own-keys or no-<action>',
    );
  });
});
