// Writes the steps of one session at a walking pace: each step follows the last after a random pause.
import type { Random } from '../fixtures/random.ts';
import type { Action, Barrier, Step } from '../harness/plan.ts';

type StepOptions = Pick<Step, 'abortAfterMs' | 'postLinkAs'>;

export interface Script {
  /** Does this next. */
  next(action: Action, options?: StepOptions): Script;
  /** Does this together with the other parties; `atMs` is the same for all of them. */
  together(barrier: Barrier, action: Action, options?: StepOptions): Script;
  /** Goes on at this moment of the scene, not earlier. */
  at(atMs: number): Script;
  /** Where the clock of this session stands. */
  readonly nowMs: number;
  readonly steps: readonly Step[];
}

export function script(random: Random, thinkMs: number): Script {
  const steps: Step[] = [];
  let nowMs = random.between(0, Math.round(thinkMs));
  const pause = (): void => {
    nowMs += random.between(Math.round(thinkMs / 2), Math.round(thinkMs * 1.5));
  };
  const self: Script = {
    next(action, options = {}) {
      steps.push({ atMs: nowMs, action, ...options });
      pause();
      return self;
    },
    together(barrier, action, options = {}) {
      nowMs = Math.max(nowMs, barrier.atMs);
      steps.push({ atMs: nowMs, action, barrier, ...options });
      pause();
      return self;
    },
    at(atMs) {
      nowMs = Math.max(nowMs, atMs);
      return self;
    },
    get nowMs() {
      return nowMs;
    },
    steps,
  };
  return self;
}
