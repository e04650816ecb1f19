// Which operations went wrong. A refusal is part of the plan after a sign-out, a withdrawal or an erasure, but not where a
// patient asks for their own: a target that refuses everybody shows nothing, and its silence must not look like health.
import { mayHaveHappened } from '../checks/rights.ts';
import type { World } from '../checks/world.ts';
import type { Operation } from '../history.ts';

const errorOutcomes: ReadonlySet<string> = new Set(['failed', 'timeout', 'connection-error', 'adapter-error']);

export function errorCount(world: World): number {
  const signOuts = signOutsOf(world.operations);
  return world.operations.filter(
    (op) => errorOutcomes.has(op.outcome) || isTurnedAway(op) || isWrongRefusal(op, world, signOuts),
  ).length;
}

/** For asking too often: that says neither yes nor no. */
export const isTurnedAway = ({ outcome, exchanges }: Operation): boolean =>
  outcome === 'refused' && exchanges.at(-1)?.status === 429;

function isWrongRefusal(op: Operation, world: World, signOuts: ReadonlyMap<string, number>): boolean {
  if (op.outcome !== 'refused' || op.patient === null) return false;
  if ((world.belongings.erasedFromMs.get(op.patient) ?? Number.POSITIVE_INFINITY) <= op.endedAt) return false;
  if (op.action === 'sign-in') return true;
  const asksForOwn = op.action === 'who-am-i' || (op.action === 'view-history' && op.of === undefined);
  if (!asksForOwn || op.signedIn !== 'yes') return false;
  return (signOuts.get(op.session) ?? Number.POSITIVE_INFINITY) > op.endedAt;
}

/** When each session first may have been signed out by a sign-out whose answer never told: the session believes it is still in. */
function signOutsOf(operations: readonly Operation[]): Map<string, number> {
  const first = new Map<string, number>();
  for (const op of operations) {
    if (op.action !== 'sign-out' || op.outcome === 'ok' || !mayHaveHappened(op) || first.has(op.session)) continue;
    first.set(op.session, op.startedAt);
  }
  return first;
}
