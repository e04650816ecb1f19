// The first look at a deployment's levers, before a run is planned: bounded, and what they answer is checked, for levers are a
// file of somebody else's as the adapter is.
import { z } from 'zod';
import { blame } from '../drivers/blame.ts';
import { messageOf, within } from '../faults/bounded.ts';
import type { Need } from '../faults/fault.ts';
import type { Levers, NodeState } from '../targets/levers.ts';
import type { AdapterSource } from '../targets/target.ts';
import { Problem } from './problem.ts';

export const leverMaxMs = 15_000;

const missingShape = z.array(z.string());
const nodesShape = z.array(z.looseObject({ node: z.string(), version: z.string() }));

/** Looks once at each system of the drill. Throws a Problem that names the first that can't be used. */
export async function reachSystems({ systems = {} }: Levers, limitMs = leverMaxMs): Promise<void> {
  for (const [name, { use, client }] of Object.entries(systems)) {
    await within(limitMs, 'it', () => client.reach()).catch((problem: unknown) => {
      throw new Problem(
        `the system ${name} (${use}) can't be broken, for it can't be used: ${messageOf(problem)}. Correct systems.${name} in the drill, or leave it out`,
      );
    });
  }
}

export interface LeversLook {
  readonly states: readonly NodeState[];
  readonly missing: readonly Need[];
}

/** Throws a Problem that names the lever and its line. */
export async function lookAtLevers(levers: Levers, source?: AdapterSource, limitMs = leverMaxMs): Promise<LeversLook> {
  async function ask<T>(fn: string, shape: z.ZodType, work: () => Promise<T>): Promise<T> {
    try {
      const answer = await within(limitMs, 'it', work);
      const { error } = shape.safeParse(answer);
      if (error) throw new TypeError(`it answered in the wrong shape: ${z.prettifyError(error).replaceAll('\n', ' ')}`);
      return answer;
    } catch (problem) {
      throw new Problem(`the deployment's levers can't be used: ${blame(source, fn, problem)}`);
    }
  }
  if (typeof levers?.nodes !== 'function')
    throw new Problem(
      `the deployment's levers can't be used: ${blame(source, 'levers', new TypeError('it returned no levers: at least nodes() is needed'))}`,
    );
  return {
    missing: await ask('levers.missing', missingShape, async () => (await levers.missing?.()) ?? []),
    states: await ask('levers.nodes', nodesShape, () => levers.nodes()),
  };
}
