// For tests: what this machine lacks for the real topology. In continuous integration that is a failure; elsewhere the tests that need it
// are left out, and how to get it is said.
import { findTools } from './tools.ts';

export const lacking: string | null = await findTools().then(
  () => null,
  (error: Error) => error.message,
);

/** True where the tests of the real topology are to be left out. */
export function leavesOut(): boolean {
  if (lacking === null || process.env.CI !== undefined) return false;
  console.warn(`the tests of the real topology are left out: ${lacking}`);
  return true;
}
