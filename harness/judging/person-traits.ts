// What a patient had done, or had had done to them, within the hour before a moment. In June 2020 all three who were exposed had
// booked or held an appointment that day: that is what these traits are for.
import { practiceOf } from '../../fixtures/cohort.ts';
import { patientIndex } from '../../fixtures/domain.ts';
import { listUnder } from '../checks/list-under.ts';
import { mayHaveHappened } from '../checks/rights.ts';
import type { World } from '../checks/world.ts';
import type { Operation } from '../history.ts';

const hourMs = 3_600_000;

const deeds: Readonly<Partial<Record<Operation['action'], string>>> = {
  book: 'had booked within the hour before',
  attend: 'had attended a call within the hour before',
  'switch-call': 'had switched a call within the hour before',
  'end-call': 'had ended a call within the hour before',
  cancel: 'had cancelled within the hour before',
  'open-odd-path': 'had opened an odd path within the hour before',
  export: 'had exported within the hour before',
  listen: 'had listened to live events within the hour before',
  'read-inbox': 'had read their mail within the hour before',
  share: 'had lent their right to a proxy within the hour before',
  withdraw: 'had withdrawn a proxy’s right within the hour before',
  'move-practice': 'had moved to another practice within the hour before',
  'sign-out': 'had signed out within the hour before',
};

const appointment: ReadonlySet<Operation['action']> = new Set(['book', 'attend', 'switch-call', 'end-call']);

/** What all findings of a run share: each patient's operations, and those that were about them, in order of start. */
export interface PersonFacts {
  readonly doneBy: ReadonlyMap<number, readonly Operation[]>;
  readonly doneTo: ReadonlyMap<number, readonly Operation[]>;
}

export function personFacts({ operations }: World): PersonFacts {
  const doneBy = new Map<number, Operation[]>();
  const doneTo = new Map<number, Operation[]>();
  for (const op of operations) {
    if (op.patient === null) continue;
    listUnder(doneBy, op.patient, op);
    if (op.of !== undefined) listUnder(doneTo, op.of, op);
  }
  return { doneBy, doneTo };
}

export function personTraits(patient: number, at: number, facts: PersonFacts, world: World): ReadonlySet<string> {
  const traits = new Set<string>();
  const before = ({ startedAt, endedAt }: Operation): boolean => endedAt < at && startedAt > at - hourMs;
  for (const op of facts.doneBy.get(patient) ?? []) {
    // Hung up on or not, what was sent is under way from its beginning.
    if (op.outcome === 'aborted' && op.startedAt < at) traits.add('had hung up on an answer within the hour before');
    if (!before(op) || !mayHaveHappened(op)) continue;
    const deed = deeds[op.action];
    if (deed !== undefined) traits.add(deed);
    if (appointment.has(op.action)) traits.add('had booked or held an appointment within the hour before');
    if (op.afterAbort === true) traits.add('had gone on after a cut-off answer within the hour before');
  }
  for (const op of facts.doneTo.get(patient) ?? []) {
    if (op.action === 'withdraw' && before(op) && mayHaveHappened(op))
      traits.add('had had a proxy’s right withdrawn from them within the hour before');
  }
  const lives = [...(world.belongings.lives.get(patient)?.values() ?? [])];
  if (!lives.some(({ existsFromMs, goneFromMs }) => existsFromMs < at && goneFromMs > at))
    traits.add('had no consultation of their own yet');
  // Leased accounts are anybody's, with a past that the harness does not know.
  if (world.run.leased === true) return traits;
  if (!lives.some(({ existsFromMs }) => existsFromMs === 0)) traits.add('were there for their first visit');
  traits.add(`are of practice ${practiceOf(patientIndex(patient)) + 1}`);
  return traits;
}
