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
  /** There is something to lose. It is waited for a while, as what a part holds may come and go; then it is injected anyhow. */
  worthwhile?(facts: Facts): boolean;
  inject(levers: Levers): Promise<void>;
  judge(before: Facts, now: Facts): Evidence;
}

const worthwhileMaxMs = 3_000;
const lookEveryMs = 20;

export function atOnceFault<Facts>(fault: AtOnceFault<Facts>): Fault {
  const { facts, look, worthwhile = () => true, inject, judge, ...names } = fault;
  return defineFault(z.object({ before: facts }), {
    ...names,
    async plan(levers) {
      const startedAt = Date.now();
      let before = facts.parse(await look(levers));
      while (!worthwhile(before) && Date.now() - startedAt < worthwhileMaxMs) {
        await pause(lookEveryMs);
        before = facts.parse(await look(levers));
      }
      return { before };
    },
    inject,
    prove:
      (levers, { before }) =>
      async () =>
        judge(before, await look(levers)),
    heal: async () => {},
    isHealed: async () => true,
  });
}
