// What a person is told who writes a system wrongly, or whose system can't be reached; for tests.
import { connectSystems, systemsSchema } from './index.ts';
import type { SystemUnderTest } from './system-under-test.ts';

/** Looks once at the system, changed so; a field that is undefined is left out. Throws at once where the drill is wrong. */
export function reachWith({ systems }: SystemUnderTest, name: string, change: object): Promise<void> {
  const wanted = JSON.parse(JSON.stringify({ ...systems[name], ...change }));
  const client = connectSystems(systemsSchema.parse({ [name]: wanted }))[name]?.client;
  return client?.reach() ?? Promise.reject(new Error(`there is no system ${name}`));
}
