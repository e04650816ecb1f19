// For tests: small plans, and what a run of one left in its history.
import { patientIndex } from '../../fixtures/domain.ts';
import type { FaultLine, HistoryLine, Operation } from '../history.ts';
import { loadLeadMs } from '../load-lead.ts';
import type { Action, SessionPlan } from '../plan.ts';
import type { ExplicitPlan } from './explicit-plan.ts';

/** A step every 100 ms. */
export function sessionOf(patient: number, startMs: number, actions: readonly Action[]): SessionPlan {
  return {
    id: `s${patient}`,
    lane: Math.floor(patient / 4),
    scenario: 'test',
    patient: patientIndex(patient),
    startMs,
    endMs: startMs + 5_000,
    steps: actions.map((action, at) => ({ atMs: startMs + 100 * at, action })),
  };
}

export const signIn: Action = { kind: 'sign-in', by: 'cookie' };
export const look: Action = { kind: 'view-history', page: 'json' };

const barrier = { name: 'b', parties: 2, atMs: 1_100 };
const meeting = (patient: number): SessionPlan => {
  const session = sessionOf(patient, 1_000, [signIn, look]);
  return { ...session, steps: session.steps.map((step, at) => (at === 1 ? { ...step, barrier } : step)) };
};

/** Two patients look at their lists at the same instant. */
export const pair: ExplicitPlan = {
  seed: '1',
  sessions: [meeting(1), meeting(5)],
  people: [patientIndex(1), patientIndex(5)],
  faults: [],
};

export const zeroAt = 1_000_000;

export const loadBegan: HistoryLine = { v: 1, t: 'phase', phase: 'load', event: 'began', at: zeroAt - loadLeadMs };

export const injected = (id: string, kind: string, atMs: number): FaultLine => ({
  ...{ v: 1, t: 'fault', id, kind, event: 'injected' },
  at: zeroAt + atMs,
});

/** What a step became, at this time of the plan. */
export function operationOf(session: SessionPlan, position: number, atMs: number, ms = 10): Operation {
  const { id, lane, scenario, patient, steps } = session;
  return {
    ...{ v: 1, t: 'operation', id: `${id}/${position + 1}`, session: id, lane, scenario, patient },
    action: steps[position]?.action.kind ?? 'who-am-i',
    startedAt: zeroAt + atMs,
    endedAt: zeroAt + atMs + ms,
    outcome: 'ok',
    signedIn: position === 0 ? 'never' : 'yes',
    exchanges: [],
  };
}
