// Reads a plan's faults before the run: what can't work on this deployment, or could not be judged, is said then,
// and not found out in the middle of the load.
import type { PlannedFault } from '../plan.ts';
import { namesOf } from '../systems/system.ts';
import type { Levers } from '../targets/levers.ts';
import { messageOf } from './bounded.ts';
import type { Fault, Need } from './fault.ts';
import { faultNamed } from './index.ts';

/** One sentence for each problem; none: the plan can be carried out. Without levers: on some deployment. */
export function scheduleProblems(
  planned: readonly PlannedFault[],
  levers: Levers | null,
  missing: readonly Need[] = [],
): readonly string[] {
  const problems: string[] = [];
  const known: { readonly plan: PlannedFault; readonly fault: Fault }[] = [];
  const ids = new Set<string>();
  for (const plan of planned) {
    if (ids.has(plan.id))
      problems.push(`two faults have the id ${plan.id}; the journal and the report tell them apart by it`);
    ids.add(plan.id);
    try {
      const fault = faultNamed(plan.kind);
      known.push({ plan, fault });
      const barred = fault.at && levers !== null ? whyBarred(fault.at, levers) : null;
      if (barred !== null) problems.push(`${plan.kind} (${plan.id}) ${barred}`);
      for (const need of fault.needs.filter((name) => levers !== null && (!levers[name] || missing.includes(name)))) {
        problems.push(`${plan.kind} (${plan.id}) needs the ${need} lever, which this deployment has not: leave it out`);
      }
    } catch (error) {
      problems.push(messageOf(error));
    }
  }
  const inOrder = known.toSorted((a, b) => a.plan.atMs - b.plan.atMs);
  for (const [index, later] of inOrder.entries()) {
    const earlier = inOrder.slice(0, index).find((candidate) => clash(candidate, later));
    if (earlier) {
      problems.push(
        `${later.plan.kind} (${later.plan.id}) begins at ${later.plan.atMs} ms, while ${earlier.plan.kind} ` +
          `(${earlier.plan.id}) is open: either would undo or fake the other's effect, so plan one after the other`,
      );
    }
  }
  return problems;
}

/** What is done to a system must be allowed by name, in the drill's file. */
function whyBarred({ system: name, kind }: NonNullable<Fault['at']>, { systems }: Levers): string | null {
  const system = systems?.[name];
  if (!system) return `is done to a system that the drill does not name: its systems are ${namesOf(systems)}`;
  if (system.faults.includes(kind)) return null;
  return `is not allowed: systems.${name}.faults lists ${system.faults.join(', ')}`;
}

type Known = { readonly plan: PlannedFault; readonly fault: Fault };

function clash(earlier: Known, later: Known): boolean {
  const sameHold = earlier.fault.holds !== null && earlier.fault.holds === later.fault.holds;
  return sameHold && later.plan.atMs < earlier.plan.atMs + earlier.plan.forMs;
}
