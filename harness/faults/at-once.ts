// What the faults have in common that are over as soon as they are made: a count or a name taken before, looked at again after.
// There is nothing to heal but what the deployment mends by itself; what was lost is the clients' to rebuild.
import { z } from 'zod';
import type { Levers } from '../targets/levers.ts';
import { pause } from './bounded.ts';
import { defineFault, type Evidence, type Fault, type Hold, type Need } from './fault.ts';

interface AtOnceFault<Facts> {
  readonly kind: string;
  readonly summary: string;
  readonly needs: readonly Need[];
  readonly holds: Hold | null;
  readonly defaultForMs: number;
  readonly facts: z.ZodType<Facts>;
  /** What of the deployment shows it, such as its own counts. */
  look(levers: Levers): Promise<Facts>;
  /** For how long it is injected again and again until it bites: what it would throw away may come and go. 0: once. */
  readonly againForMs?: number;
  inject(levers: Levers): Promise<void>;
  judge(before: Facts, now: Facts): Evidence;
}

const againEveryMs = 30;

/** Injects, and again and again for so long, until it has bitten. */
export async function injectUntil(
  hasBitten: () => Promise<boolean>,
  inject: () => Promise<unknown>,
  againForMs: number,
): Promise<void> {
  const startedAt = Date.now();
  await inject();
  while (Date.now() - startedAt < againForMs && !(await hasBitten())) {
    await pause(againEveryMs);
    await inject();
  }
}

export function atOnceFault<Facts>(fault: AtOnceFault<Facts>): Fault {
  const { facts, look, againForMs = 0, inject, judge, ...names } = fault;
  return defineFault(z.object({ before: facts }), {
    ...names,
    plan: async (levers) => ({ before: facts.parse(await look(levers)) }),
    inject: (levers, { before }) =>
      injectUntil(
        async () => judge(before, await look(levers)).bit,
        () => inject(levers),
        againForMs,
      ),
    prove:
      (levers, { before }) =>
      async () =>
        judge(before, await look(levers)),
    heal: async () => {},
    isHealed: async () => true,
  });
}
