// Starting things side by side, such that nothing is still under way when the first failure is told: it could not be ended.

/** All of them, or, once none is under way any more, the first failure. */
export async function settled<Each extends readonly Promise<unknown>[]>(
  starting: readonly [...Each],
): Promise<{ -readonly [Index in keyof Each]: Awaited<Each[Index]> }> {
  await Promise.allSettled(starting);
  return Promise.all(starting);
}
