// Work that several administrators' connections share, each taking the next thing when it is free.
import type { Admin } from './admin-client.ts';

/** Ends early when `stopped`, or after the first failure, which is thrown once nobody is at work any more. */
export async function shareOut<T>(
  admins: readonly Admin[],
  things: Iterable<T>,
  stopped: () => boolean,
  work: (admin: Admin, thing: T) => Promise<void>,
): Promise<void> {
  const waiting = things[Symbol.iterator]();
  let failure: { readonly cause: unknown } | null = null;
  const takeTurns = async (admin: Admin): Promise<void> => {
    for (let next = waiting.next(); !next.done; next = waiting.next()) {
      if (failure !== null || stopped()) return;
      await work(admin, next.value).catch((cause: unknown) => {
        failure ??= { cause };
      });
    }
  };
  await Promise.all(admins.map(takeTurns));
  if (failure !== null) throw (failure as { readonly cause: unknown }).cause;
}
