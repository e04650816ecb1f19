// The shared cache accepts connections and commands and answers none, then all at once: clients give up on replies that come after all.
import { cacheModeFault } from './cache-mode.ts';

export const cachePause = cacheModeFault({
  kind: 'cache-pause',
  summary: 'the shared cache accepts every command and answers none until it goes on',
  mode: 'paused',
  latencyMs: 0,
  hurtCount: (state) => state.unansweredCount,
  hurt: 'left unanswered',
});
