import { describe, expect, it } from 'vitest';
import { patientIndex } from '../../fixtures/domain.ts';
import type { HistoryLine, Operation } from '../history.ts';
import type { Action, SessionPlan } from '../plan.ts';
import type { Violation } from '../verdict.ts';
import type { ExplicitPlan } from './explicit-plan.ts';
import { loadBegan, look, sessionOf, signIn, zeroAt } from './plan-under-test.ts';
import { type Reenactment, reenactmentsOf } from './reenactment.ts';

const who: Action = { kind: 'who-am-i' };
const watch: Action = { kind: 'watch', pick: 0 };

const played = (patient: number, startMs: number, actions: readonly Action[]): SessionPlan => ({
  ...sessionOf(patient, startMs, actions),
  id: `t${patient}.0-0`,
});
/** One a second, each of somebody else; the eighth looks at what is the third's. */
const sessions = Array.from({ length: 12 }, (_, number) => played(4 * number, 1_000 * number, [signIn, who, look]));
const people = Array.from({ length: 60 }, (_, index) => patientIndex(index));
const whole: ExplicitPlan = { seed: '1', sessions, people, faults: [] };
const violation = {
  ...{ viewer: 32, owner: 12, session: 't32.0-0', action: 'view-history', window: 'steady', at: zeroAt + 8_200 },
} as Violation;

const again = (
  plan: Partial<ExplicitPlan> = {},
  seen: Partial<Violation> = {},
  lines: readonly HistoryLine[] = [],
): readonly Reenactment[] =>
  reenactmentsOf({ whole: { ...whole, ...plan }, lines: [loadBegan, ...lines] }, { ...violation, ...seen });
const kindsOf = ({ steps }: SessionPlan): string[] => steps.map(({ action }) => action.kind);

describe('a moment played over', () => {
  it('has viewer, owner and two who did the like at the time, each doing it thrice at one instant', () => {
    const [{ name, plan } = { name: '', plan: whole }] = again();
    expect(name).toBe('the moment again, by 4 at once');
    expect(plan.sessions.map(({ patient }) => patient)).toEqual([32, 12, 28, 36]);
    for (const session of plan.sessions)
      expect(kindsOf(session)).toEqual(['sign-in', ...Array<string>(3).fill('view-history')]);
    const barriers = plan.sessions.map(({ steps }) => steps.flatMap(({ barrier }) => (barrier ? [barrier] : [])));
    expect(barriers[0]).toHaveLength(3);
    for (const each of barriers) expect(each).toEqual(barriers[0]);
    expect(barriers[0]?.[0]?.parties).toBe(4);
    expect(plan.people).toEqual([12, 28, 32, 36]);
    expect(again()).toHaveLength(1);
  });

  it('has those who did the like when it was asked for, where the answer took long', () => {
    const asked = { t: 'operation', id: 'o1', startedAt: zeroAt + 4_200 } as Operation;
    const late = { operation: 'o1', session: 't16.0-0', viewer: 16 };
    const castOf = (lines: readonly HistoryLine[]) =>
      again({}, late, lines)[0]?.plan.sessions.map(({ patient }) => patient);
    expect(castOf([asked])).toEqual([16, 12, 20, 8]);
    expect(castOf([])).toEqual([16, 12, 32, 28]);
  });

  it('begins with the fault that had just been healed, where it was seen in the recovery from it', () => {
    const over = { id: 'f1', kind: 'cache-flush', atMs: 7_000, forMs: 1_000 };
    const first = (seen: Partial<Violation>) => again({ faults: [over] }, seen)[0]?.name;
    expect(first({ window: 'recovery', healedBefore: ['cache-flush'] })).toContain('with cache-flush');
    expect(first({ window: 'recovery' })).not.toContain('cache-flush');
  });

  it('lets nobody wait for another of the household: each has a lane of their own', () => {
    const household = sessions.map((session) => ({ ...session, lane: 0 }));
    expect(again({ sessions: household })[0]?.plan.sessions.map(({ lane }) => lane)).toEqual([0, 1, 2, 3]);
  });

  it('has the fault in whose window it was seen, with moments before it, in it and after it', () => {
    const open = { id: 'f1', kind: 'cache-down', atMs: 7_000, forMs: 2_000 };
    const [first, crowd, calm] = again({ faults: [open] }, { window: 'f1' });
    expect([first?.name, crowd?.name, calm?.name]).toEqual([
      'the moment again, by 4 at once, with cache-down',
      'the moment again, by 12 at once, with cache-down, who came one after another',
      'the moment again, by 4 at once',
    ]);
    expect(crowd?.plan.people).toHaveLength(45);
    const fault = first?.plan.faults[0] ?? open;
    const looks = first?.plan.sessions[0]?.steps.slice(1).map(({ atMs }) => atMs - fault.atMs) ?? [];
    expect(looks.filter((ms) => ms < 0)).toHaveLength(1);
    expect(looks.filter((ms) => ms > 0 && ms < fault.forMs)).toHaveLength(4);
    expect(looks.filter((ms) => ms > fault.forMs)).toHaveLength(3);
    expect(calm?.plan.faults).toEqual([]);
  });

  it('tries a fault that was over by then after none, and at last with those who came at the same time', () => {
    const over = { id: 'f1', kind: 'deploy-upgrade', atMs: 3_000, forMs: 2_000 };
    const names = again({ faults: [over] }).map(({ name }) => name.replace('the moment again, by 4 at once', '…'));
    expect(names.slice(0, 2)).toEqual(['…', '…, with deploy-upgrade']);
    expect(names[2]).toContain('who came one after another');
  });

  it('lets one hang up as somebody did shortly before it, and the others look then; also while things are slow', () => {
    const rude = sessions.map((session) =>
      session.patient === 24
        ? { ...session, steps: session.steps.map((step, at) => (at === 2 ? { ...step, abortAfterMs: 40 } : step)) }
        : session,
    );
    const slow = { id: 'f1', kind: 'cache-slow', atMs: 60_000, forMs: 2_000 };
    const found = again({ sessions: rude, faults: [slow] });
    expect(found.map(({ name }) => name.replace('the moment again, by 4 at once', '…'))).toEqual([
      '…',
      '…, after one hung up, with cache-slow',
      '…, after one hung up',
      '…, after all hung up, with cache-slow',
      '…, after all hung up',
    ]);
    const [viewer, owner] = found[1]?.plan.sessions ?? [];
    const fault = found[1]?.plan.faults[0] ?? slow;
    const hungUp = owner?.steps.slice(2) ?? [];
    expect(hungUp.map(({ abortAfterMs }) => abortAfterMs)).toEqual([10, 20, 40, 10, 20]);
    expect(hungUp.every(({ atMs, barrier }) => atMs > fault.atMs && barrier === undefined)).toBe(true);
    expect(viewer?.steps.slice(1).map(({ abortAfterMs }) => abortAfterMs)).toEqual(Array(11).fill(undefined));
    expect((viewer?.steps[2]?.atMs ?? 0) - (hungUp[0]?.atMs ?? 0)).toBe(150);
    expect(again({ sessions: rude }, { at: zeroAt + 30_000 }).map(({ name }) => name)).toHaveLength(1);
  });

  it('brings what a step goes by or is about, and does once what can be done once only', () => {
    const book: Action = { kind: 'book', item: 16, modality: 'phone' };
    const other: Action = { kind: 'book', item: 17, modality: 'phone' };
    const watching = sessions.map((session) => ({
      ...session,
      ...played(session.patient ?? 0, session.startMs, [signIn, look, watch]),
    }));
    const [{ plan } = { plan: whole }] = again({ sessions: watching }, { action: 'watch' });
    expect(kindsOf(plan.sessions[0] as SessionPlan)).toEqual(['sign-in', 'view-history', 'watch', 'watch', 'watch']);
    const open: Action = { kind: 'view-consultation', item: 16 };
    const opening = sessions.map((session) =>
      played(session.patient ?? 0, session.startMs, [signIn, other, book, open]),
    );
    const [{ plan: opened } = { plan: whole }] = again({ sessions: opening }, { action: open.kind });
    expect(kindsOf(opened.sessions[0] as SessionPlan)).toEqual([
      'sign-in',
      'book',
      ...Array<string>(3).fill(open.kind),
    ]);
    const booking = sessions.map((session) => played(session.patient ?? 0, session.startMs, [signIn, book]));
    const [once] = again({ sessions: booking }, { action: 'book' });
    for (const session of once?.plan.sessions ?? []) expect(kindsOf(session)).toEqual(['sign-in', 'book']);
  });

  it('is none for what a device kept, nor for what the session did not do', () => {
    const device = sessions.map((session) => ({ ...session, device: 'd' }));
    expect(again({ sessions: device })).toEqual([]);
    expect(again({}, { action: 'export' })).toEqual([]);
  });
});
