// What the doctor does with its two throwaway patients, as data: each walk a session of its own.
import { clinicianNextDoor, clinicianOf } from '../../fixtures/cohort.ts';
import { type ClinicianIndex, patientIndex } from '../../fixtures/domain.ts';
import { dayOf } from '../../fixtures/words.ts';
import type { Action, SessionPlan, Step } from '../plan.ts';

/** Everything is done as this one, the parent of the other. */
export const patient = patientIndex(3);
export const relative = patientIndex(7);
const item = 16;
const cancelled = 17;
const seen = 18;
const board = 'doctor';

type Walk = readonly (Action | Pick<Step, 'action' | 'postLinkAs'>)[];

export const walk: Walk = [
  { kind: 'sign-in', by: 'cookie' },
  { kind: 'who-am-i' },
  { kind: 'slots' },
  { action: { kind: 'view-history', page: 'json' }, postLinkAs: board },
  { kind: 'watch', pick: 0 },
  { kind: 'follow-link', board },
  { kind: 'view-history', page: 'html' },
  { kind: 'view-history', page: 'json', limit: 2 },
  { kind: 'turn-page' },
  { kind: 'open-odd-path', suffix: '/x.css' },
  { kind: 'listen', forMs: 1_000 },
  { kind: 'book', item, modality: 'video', key: 'doctor-1' },
  { kind: 'book', item, modality: 'video', key: 'doctor-1' },
  { kind: 'view-consultation', item },
  { kind: 'book', item: cancelled, modality: 'phone' },
  { kind: 'attend', item },
  { kind: 'switch-call', item },
  { kind: 'end-call', item },
  { kind: 'cancel', item: cancelled },
  { kind: 'export' },
  { kind: 'share', with: relative },
  { kind: 'withdraw', from: relative },
  // Late, for letters take a while.
  { kind: 'read-inbox' },
  { kind: 'sign-out' },
  { kind: 'view-history', page: 'json' },
];

export const clinicianWalk: Walk = [
  { kind: 'sign-in', by: 'cookie' },
  { kind: 'view-day', date: dayOf(0), open: 0 },
  { kind: 'watch', pick: 0 },
  { kind: 'sign-out' },
];

export const lastWalk: Walk = [
  { kind: 'sign-in', by: 'bearer' },
  { kind: 'move-practice', to: clinicianNextDoor(clinicianOf(patient)) },
  { kind: 'erase' },
];

/** What people do at pages, in their order. */
export const walkAtPages: Walk = [
  { kind: 'sign-in', by: 'cookie' },
  { kind: 'who-am-i' },
  { kind: 'view-history', page: 'html' },
  { kind: 'turn-page' },
  { kind: 'watch', pick: 0 },
  { kind: 'book', item: seen, modality: 'video' },
  { kind: 'attend', item: seen },
  { kind: 'switch-call', item: seen },
  { kind: 'end-call', item: seen },
  { kind: 'share', with: relative },
  { kind: 'withdraw', from: relative },
  { kind: 'listen', forMs: 1_000 },
  { kind: 'go-back', times: 1 },
  { kind: 'reload' },
  { kind: 'sign-out' },
];

export function planOf(actions: Walk, clinician?: ClinicianIndex): SessionPlan {
  const steps: Step[] = actions.map((what) => ({ atMs: 0, ...('action' in what ? what : { action: what }) }));
  const plan = { id: 'doctor', lane: 0, scenario: 'doctor', startMs: 0, endMs: 120_000, steps };
  return clinician === undefined ? { ...plan, patient } : { ...plan, patient: null, clinician };
}
