// Heals one fault for certain or fails for certain: sends what heals it and looks, again and again, until the deployment
// is seen healed twice in a row (the first look may be older than the harm) or the time is up.
import type { Levers } from '../targets/levers.ts';
import { isConnectionRefused, messageOf, pause, within } from './bounded.ts';
import type { Fault } from './fault.ts';
import { defaultLimits, type FaultLimits } from './limits.ts';

const looksInARow = 2;

export async function mend(
  fault: Fault,
  levers: Levers,
  memory: unknown,
  limits: FaultLimits = defaultLimits,
): Promise<void> {
  const startedAt = Date.now();
  const attemptMaxMs = Math.min(limits.injectMaxMs, limits.healMaxMs);
  let healedLooks = 0;
  let refusedSince: number | null = null;
  let lastError: unknown = new Error('it is not healed yet');
  while (Date.now() - startedAt < limits.healMaxMs) {
    try {
      // What heals it may fail or be late, say because the node is gone for good; what counts is what is then seen.
      await within(attemptMaxMs, `healing ${fault.kind}`, () => fault.heal(levers, memory)).catch((error: unknown) => {
        lastError = error;
      });
      const healed = await within(attemptMaxMs, `looking after ${fault.kind}`, () => fault.isHealed(levers, memory));
      healedLooks = healed ? healedLooks + 1 : 0;
      refusedSince = null;
      if (healedLooks === looksInARow) return;
    } catch (error) {
      lastError = error;
      healedLooks = 0;
      refusedSince = isConnectionRefused(error) ? (refusedSince ?? Date.now()) : null;
      if (refusedSince !== null && Date.now() - refusedSince >= limits.refusedMaxMs) break;
    }
    await pause(limits.pollMs);
  }
  throw new Error(
    `${fault.kind} could not be healed within ${Date.now() - startedAt} ms: ${messageOf(lastError)}; ` +
      'run `crosstalk heal` once the deployment can be reached',
    { cause: lastError },
  );
}
