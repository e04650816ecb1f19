// The embedded database: PostgreSQL from an npm package, run by the keeper.
import type { DatabasePlace, KeeperStart } from './messages.ts';
import type { DatabasePart, DatabaseReport } from './parts.ts';
import type { Child } from './processes.ts';

const startTimeoutMs = 30_000;
const callTimeoutMs = 8_000;

export async function startEmbeddedDatabase(keeper: Child, where: KeeperStart): Promise<DatabasePart> {
  const call = (name: string, argument: unknown = null): Promise<unknown> => keeper.call(name, argument, callTimeoutMs);
  const place = (await keeper.call('start', where, startTimeoutMs)) as DatabasePlace;
  return {
    place,
    report: async () => (await call('report')) as DatabaseReport,
    cutConnections: async () => void (await call('cut')),
    failover: async (lagMs) => void (await call('failover', lagMs)),
    hold: async (on) => void (await call('hold', on)),
  };
}
