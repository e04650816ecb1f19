// A scenario with its sting drawn: nobody hangs up, nobody is released together, one action is left out. What a bug needs is
// shown by the drill that has everything else. Safe inside k6.
import { type Action, actionKinds, type Scenario, type ScenePart, type Step } from '../plan.ts';

/** Between two sessions that take turns. */
const gapMs = 60;

type Tame = (parts: readonly ScenePart[]) => readonly ScenePart[];

/** `base:tame`, or an error that says what could have stood there. */
export function variantOf(name: string, scenarios: readonly Scenario[]): Scenario {
  const [baseName = '', tameName = ''] = name.split(':');
  const base = scenarios.find((scenario) => scenario.name === baseName);
  if (!base) throw new Error(`there is no scenario "${baseName}" to make "${name}" of`);
  const tame = tameNamed(tameName);
  if (!tame) {
    throw new Error(
      `"${tameName}" can't be taken out of ${baseName}; write no-abort, in-turn, alone, by-bearer, own-keys or no-<action>`,
    );
  }
  // It is played only where a drill names it.
  return { ...base, name, weight: 0, scene: (stage) => tame(base.scene(stage)) };
}

/** The scenarios, and of those names that have a colon the variants. */
export function withVariants(scenarios: readonly Scenario[], names: readonly string[]): readonly Scenario[] {
  return [...scenarios, ...names.filter((name) => name.includes(':')).map((name) => variantOf(name, scenarios))];
}

function tameNamed(name: string): Tame | undefined {
  if (name === 'no-abort') return eachStep(({ abortAfterMs: _, ...step }) => step);
  if (name === 'by-bearer') return eachStep(byBearer);
  if (name === 'own-keys') return ownKeys;
  if (name === 'in-turn') return inTurn;
  if (name === 'alone') return (parts) => withoutBarriers(parts.slice(0, 1));
  const kind = actionKinds.find((each) => `no-${each}` === name);
  return kind && withoutAction(kind);
}

function eachStep(change: (step: Step) => Step): Tame {
  return (parts) => parts.map((part) => ({ ...part, steps: part.steps.map(change) }));
}

/** Who would wait for somebody who does not come is not kept waiting. */
const withoutBarriers: Tame = eachStep(({ barrier: _, ...step }) => step);

const withoutAction =
  (kind: Action['kind']): Tame =>
  (parts) =>
    parts.map((part) => ({ ...part, steps: part.steps.filter(({ action }) => action.kind !== kind) }));

const byBearer = (step: Step): Step =>
  step.action.kind === 'sign-in' ? { ...step, action: { ...step.action, by: 'bearer' } } : step;

/** Keys that no other patient comes upon. */
const ownKeys: Tame = (parts) =>
  parts.map((part) => ({ ...part, steps: part.steps.map((step) => withKeyOf(step, `patient-${part.patient}`)) }));

function withKeyOf(step: Step, whose: string): Step {
  const { action } = step;
  if (action.kind !== 'book' || action.key === undefined) return step;
  return { ...step, action: { ...action, key: `${action.key}/${whose}` } };
}

/** One session begins when the one before has ended: all in one lane, for on a slow machine no gap in the plan keeps two apart. */
function inTurn(parts: readonly ScenePart[]): readonly ScenePart[] {
  const seat = parts[0]?.seat ?? 0;
  let freeAtMs = 0;
  return withoutBarriers(parts).map((part) => {
    const laterMs = freeAtMs - (part.steps[0]?.atMs ?? 0);
    const steps = part.steps.map((step) => ({ ...step, atMs: step.atMs + laterMs }));
    freeAtMs = (steps.at(-1)?.atMs ?? freeAtMs) + gapMs;
    return { ...part, seat, steps };
  });
}
