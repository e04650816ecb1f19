// What a fault is: plan → inject → prove → heal. `plan` only looks and chooses; what it returns is written to the journal
// before `inject` touches anything, so that another process can heal from it after this one was killed.
import type { z } from 'zod';
import type { Random } from '../../fixtures/random.ts';
import type { Levers } from '../targets/levers.ts';

export type Need = Exclude<keyof Levers, 'nodes' | 'missing' | 'systems'>;

/** What only one open fault at a time may hold, for two would undo or fake each other's effect. */
export type Hold = 'cache-mode' | 'database' | 'edge' | 'mail' | 'nodes' | `system ${string}`;

/** `bit` once the deployment itself shows that the fault took effect; `proof` says what was seen, either way. */
export interface Evidence {
  readonly bit: boolean;
  readonly proof: string;
}

/** One look at the deployment. It may remember what earlier looks saw; it never changes anything. */
export type Look = () => Promise<Evidence>;

interface Steps<Memory> {
  readonly kind: string;
  readonly summary: string;
  /** A probe of somebody who means harm, which no accident is like: what it finds is no leak under ordinary faults. */
  readonly hostile?: true;
  /** The deployment can show hardly anybody anything while it is open: its window is asked for attempts, not for opportunities. */
  readonly outage?: true;
  /** The version that its healing leaves in place. */
  readonly rollsOut?: string;
  readonly needs: readonly Need[];
  /** The system of the drill that it is done to, and what the drill must allow there. */
  readonly at?: { readonly system: string; readonly kind: string };
  readonly holds: Hold | null;
  readonly defaultForMs: number;
  /** Measures the deployment as it is and chooses what to break. Changes nothing. */
  plan(levers: Levers, random: Random): Promise<Memory>;
  inject(levers: Levers, memory: Memory): Promise<void>;
  /** Looks are taken from the injection until healing is over. */
  prove(levers: Levers, memory: Memory): Look;
  /** Sends what mends it. Called again and again until `isHealed`, also when nothing was injected after all. */
  heal(levers: Levers, memory: Memory): Promise<void>;
  isHealed(levers: Levers, memory: Memory): Promise<boolean>;
  /** The deployment is gone: mends what outlived it, without levers. Resolves to what it did; rejects if something is left. */
  abandon?(memory: Memory): Promise<string>;
}

/** A fault as the schedule and the journal know it: its memory is JSON of a shape known to the fault alone. */
export type Fault = Steps<unknown>;

/** Checks the memory at the border: it may come from a journal that an older version wrote. */
export function defineFault<Memory>(schema: z.ZodType<Memory>, steps: Steps<Memory>): Fault {
  const { abandon } = steps;
  const read = (memory: unknown): Memory => {
    const result = schema.safeParse(memory);
    if (result.success) return result.data;
    throw new Error(`the journal's memory of a ${steps.kind} fault has not the shape this version writes`);
  };
  return {
    ...steps,
    inject: (levers, memory) => steps.inject(levers, read(memory)),
    prove: (levers, memory) => steps.prove(levers, read(memory)),
    heal: async (levers, memory) => steps.heal(levers, read(memory)),
    isHealed: async (levers, memory) => steps.isHealed(levers, read(memory)),
    ...(abandon && { abandon: async (memory: unknown) => abandon(read(memory)) }),
  };
}

/** The lever, or an error that says which one the fault lacks: the run should have refused this plan beforehand. */
export function lever<N extends Need>(levers: Levers, need: N): NonNullable<Levers[N]> {
  const found = levers[need];
  if (found) return found;
  throw new Error(`this deployment has no ${need} lever: leave out the faults that need it, or give it one`);
}
