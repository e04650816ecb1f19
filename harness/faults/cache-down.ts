// The shared cache refuses every command: shows what the code falls back to, and afterwards what everybody
// coming back at once does to it.
import { cacheModeFault } from './cache-mode.ts';

export const cacheDown = cacheModeFault({
  kind: 'cache-down',
  summary: 'the shared cache refuses every command',
  mode: 'down',
  latencyMs: 0,
  hurtCount: (state) => state.refusedCount,
  hurt: 'refused',
});
