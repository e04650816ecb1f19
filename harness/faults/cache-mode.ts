// What a slow, a refusing and a silent cache have in common: a mode that is set, commands that it hurt, and the mode set back.
// A mode that no command met is no fault, so the cache's own count of hurt commands must rise.
import { z } from 'zod';
import type { CacheState, Levers } from '../targets/levers.ts';
import { defineFault, type Fault, lever } from './fault.ts';

interface ModeFault {
  readonly kind: string;
  readonly summary: string;
  readonly mode: 'slow' | 'down' | 'paused';
  readonly latencyMs: number;
  readonly hurtCount: (state: CacheState) => number;
  /** As in `12 commands were delayed`. */
  readonly hurt: string;
}

export function cacheModeFault({ kind, summary, mode, latencyMs, hurtCount, hurt }: ModeFault): Fault {
  const cacheState = (levers: Levers) => lever(levers, 'cache').state();
  return defineFault(z.object({ hurtCount: z.number() }), {
    kind,
    summary,
    needs: ['cache'],
    holds: 'cache-mode',
    defaultForMs: 3_000,
    async plan(levers) {
      const state = await cacheState(levers);
      if (state.mode !== 'ok') {
        throw new Error(
          `the cache is in mode ${state.mode} already; run \`crosstalk heal\` or mend it, then start again`,
        );
      }
      return { hurtCount: hurtCount(state) };
    },
    inject: (levers) => lever(levers, 'cache').set(mode, latencyMs),
    prove(levers, before) {
      let modeSeen = false;
      return async () => {
        const state = await cacheState(levers);
        modeSeen ||= state.mode === mode;
        const count = hurtCount(state) - before.hurtCount;
        if (!modeSeen) return { bit: false, proof: `the cache never entered mode ${mode}` };
        return { bit: count > 0, proof: `mode ${mode}: ${count} commands were ${hurt}` };
      };
    },
    heal: (levers) => lever(levers, 'cache').set('ok', 0),
    isHealed: async (levers) => (await cacheState(levers)).mode === 'ok',
  });
}
