// Questions about the deployment's nodes that several faults ask. Nodes may come back under new names,
// so recovery is counted, not looked up by name.
import type { Levers, NodeState } from '../targets/levers.ts';
import { lookAtProcess, type ProcessLook } from './process.ts';

export function servingOf(nodes: readonly NodeState[]): readonly NodeState[] {
  return nodes.filter((node) => node.state === 'serving');
}

/** The process of that number on this machine, and whether the deployment says that it is the node's; null where it doesn't say. */
export async function processOf({ pid, started }: NodeState): Promise<{
  readonly local: ProcessLook | null;
  readonly isTheNodes: boolean | null;
}> {
  const local = await lookAtProcess(pid);
  return { local, isTheNodes: typeof started === 'string' ? local?.started === started : null };
}

/** As in `app-1 v2 serving, app-2 v1 draining`. */
export function describeNodes(nodes: readonly NodeState[]): string {
  return nodes.length === 0
    ? 'no nodes'
    : nodes.map(({ node, version, state }) => `${node} ${version} ${state}`).join(', ');
}

/** As many nodes serve as before the fault, and no roll is in progress. */
export async function hasRecovered(levers: Levers, servingCountBefore: number): Promise<boolean> {
  if (await levers.deploy?.rolling()) return false;
  return servingOf(await levers.nodes()).length >= servingCountBefore;
}
