// What the adapter itself did wrong, as far as the history tells: an action that never once worked is untested however few its
// errors are among all, and an adapter that signs everybody in as one patient looks like a target that mixes everybody up.
import type { World } from '../checks/world.ts';
import { neverCameBack } from '../drivers/client.ts';
import type { Operation } from '../history.ts';
import { countText } from '../wording.ts';

/** Fewer attempts at an action say too little of it. */
const attemptsMin = 3;
const viewersMin = 3;
const toldMax = 5;

const isAdapters = ({ outcome, detail = '' }: Operation): boolean =>
  outcome === 'adapter-error' || (outcome === 'timeout' && detail.includes(neverCameBack));

/** One for each action of which every attempt ended in an error of the adapter. */
export function* adapterDoubts(world: World): Generator<string> {
  for (const { action, attempts, errors } of byAction(world.operations)) {
    if (attempts < attemptsMin || errors.length < attempts) continue;
    yield `The adapter's ${action} never worked, so what it does is untested: all ${countText(attempts)} attempts ended in an error of the adapter, most often ${mostOften(errors)}`;
  }
}

/** The errors of each action, most of them first. */
export function* adapterWarnings(world: World): Generator<string> {
  const failing = byAction(world.operations)
    .filter(({ errors }) => errors.length > 0)
    .sort((one, other) => other.errors.length - one.errors.length);
  for (const { action, attempts, errors } of failing.slice(0, toldMax)) {
    yield `The adapter failed in ${countText(errors.length)} of ${countText(attempts)} attempts at ${action}, most often ${mostOften(errors)}`;
  }
  if (failing.length > toldMax) yield `And in ${failing.length - toldMax} more actions.`;
  yield* everybodyAsOne(world);
}

interface Attempts {
  readonly action: string;
  readonly attempts: number;
  readonly errors: readonly Operation[];
}

function byAction(operations: readonly Operation[]): Attempts[] {
  const found = new Map<string, { attempts: number; errors: Operation[] }>();
  for (const op of operations) {
    const known = found.get(op.action) ?? { attempts: 0, errors: [] };
    known.attempts += 1;
    if (isAdapters(op)) known.errors.push(op);
    found.set(op.action, known);
  }
  return [...found].map(([action, attempts]) => ({ action, ...attempts }));
}

function mostOften(errors: readonly Operation[]): string {
  const counts = new Map<string, number>();
  for (const { detail = 'no detail' } of errors) counts.set(detail, (counts.get(detail) ?? 0) + 1);
  const [first = ['no detail', 0]] = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  return `${first[0]} (${countText(first[1])} times)`;
}

/** Whoever saw anything saw the same one patient, and of their own nothing. */
function* everybodyAsOne({ operations, run }: World): Generator<string> {
  const seen = new Map<number, Set<number>>();
  for (const op of operations) {
    if (op.patient === null) continue;
    const owners = seen.get(op.patient) ?? new Set();
    for (const { sightings } of op.exchanges)
      for (const one of sightings) if (one.run === run.run) owners.add(one.owner);
    if (owners.size > 0) seen.set(op.patient, owners);
  }
  const [only, ...others] = new Set([...seen.values()].flatMap((owners) => [...owners]));
  if (only === undefined || others.length > 0 || seen.size < viewersMin) return;
  yield `All ${countText(seen.size)} patients who were shown anything were shown patient ${only}'s, and nothing of their own: either the target takes everybody for one, or the adapter signs everybody in as one. \`crosstalk doctor\` shows which; until then it counts as what it looks like.`;
}
