// The one clock of the harness's own lines in the history. (k6 has its own process and reads the wall clock.)

/** Wall-clock milliseconds with a fraction: monotonic within the process. */
export function now(): number {
  return Math.round((performance.timeOrigin + performance.now()) * 100) / 100;
}
