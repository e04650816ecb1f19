// How long each step of a fault may take. Beyond it the step has failed: the run says so and goes on to heal.
export interface FaultLimits {
  readonly planMaxMs: number;
  readonly injectMaxMs: number;
  readonly lookMaxMs: number;
  /** All attempts to heal one fault together: a roll must end in it. */
  readonly healMaxMs: number;
  /** A deployment that refuses connections this long is gone; waiting on would only delay the other faults' healing. */
  readonly refusedMaxMs: number;
  readonly pollMs: number;
}

export const defaultLimits: FaultLimits = {
  planMaxMs: 10_000,
  injectMaxMs: 10_000,
  lookMaxMs: 5_000,
  healMaxMs: 60_000,
  refusedMaxMs: 3_000,
  // Two versions may serve side by side for a short while only, and must be seen doing so.
  pollMs: 50,
};
