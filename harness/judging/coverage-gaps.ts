// What the run never exercised, in words: a rule that nothing could have broken was not kept but untested, and the report says so.
import { hasLostSomebody } from '../checks/care.ts';
import { isAnonymous, isErased, isNobodys, isSignedOut, proxyAccess } from '../checks/rights.ts';
import type { World } from '../checks/world.ts';
import type { Operation } from '../history.ts';
import { isTurnedAway } from './doubts-errors.ts';

export interface Exercises {
  /** Scenarios that the drill plays on this target. */
  readonly scenarios: readonly string[];
  /** Actions that the target can do. */
  readonly actions: readonly string[];
}

/** One line each; none where neither scenarios nor actions are given. */
export function notExercised(world: World, { scenarios, actions }: Exercises): string[] {
  if (scenarios.length === 0 && actions.length === 0) return [];
  const { operations, rights, declares } = world;
  const played = new Set(operations.map((op) => op.scenario));
  const answered = new Set<string>(operations.filter(isAnswered).map((op) => op.action));
  const lines = [
    ...scenarios
      .filter((name) => !played.has(name))
      .map((name) => `scenario ${name}: planned, and none of it was performed`),
    ...actions
      .filter((action) => !answered.has(action))
      .map((action) => `action ${action}: never answered with a yes or a no`),
  ];
  if (!operations.some((op) => isAnswered(op) && isBare(op, world))) {
    lines.push('rule anonymous: nothing was asked for without a session');
  }
  if (!operations.some((op) => isAnswered(op) && isReading(op) && isSignedOut(op, rights, declares))) {
    lines.push('rule afterlife: nothing personal was asked for after a sign-out');
  }
  if (!operations.some((op) => isAnswered(op) && isAfterWithdrawal(op, world))) {
    lines.push('rule afterlife: nothing personal was asked for after a withdrawal');
  }
  const moves = operations.some((op) => op.action === 'move-practice' && op.outcome === 'ok');
  if (moves && !operations.some((op) => isAnswered(op) && isReading(op) && hasLostSomebody(op, rights.care))) {
    lines.push('rule afterlife: no clinician looked after a patient of theirs had moved to another practice');
  }
  const erases = operations.some((op) => op.action === 'erase' && op.outcome === 'ok');
  if (erases && !operations.some((op) => isAnswered(op) && isReading(op) && isOfErased(op, world))) {
    lines.push('rule afterlife: nothing personal was asked for after an erasure');
  }
  return lines;
}

/** By the target, that is: an action may find that there is nothing to ask. */
const isAnswered = (op: Operation): boolean =>
  (op.outcome === 'ok' || op.outcome === 'refused') && op.exchanges.length > 0 && !isTurnedAway(op);

const reading: ReadonlySet<Operation['action']> = new Set([
  'who-am-i',
  'view-history',
  'turn-page',
  'view-consultation',
  'watch',
  'follow-link',
  'export',
  'listen',
  'view-day',
]);
const isReading = ({ action }: Operation): boolean => reading.has(action);

const isBare = (op: Operation, { rights }: World): boolean =>
  isNobodys(op) || isAnonymous(op, op.exchanges.at(-1), rights);

function isOfErased(op: Operation, { rights }: World): boolean {
  const owner = op.of ?? op.patient;
  return owner !== null && isErased(op, owner, rights);
}

function isAfterWithdrawal(op: Operation, { rights }: World): boolean {
  if (op.patient === null || op.of === undefined || !isReading(op)) return false;
  return proxyAccess(op, op.of, op.patient, rights) === 'afterlife';
}
