// One app instance as a process: opens its parts, serves, runs a worker, and drains when the supervisor says so.
import { createAppServer } from './app-server.ts';
import { seamsWith } from './bugs/index.ts';
import { createCacheClient } from './cache-client.ts';
import { serveParent } from './child.ts';
import { openDatabase } from './database.ts';
import { openErasureLedger } from './erasure-ledger.ts';
import { startExportWorker } from './export-worker.ts';
import { startHousekeeping } from './housekeeping.ts';
import { listen } from './http.ts';
import { startLive } from './live.ts';
import { createMailClient } from './mail-client.ts';
import type { AppStart } from './messages.ts';
import { openMoveLedger } from './move-ledger.ts';
import { startNotices } from './notices.ts';
import { openObjectStore } from './objects.ts';
import { createRewatchSwitch, type RewatchState, type RewatchSwitch } from './rewatch-switch.ts';
import { createSessionLookup } from './session-lookup.ts';
import { startThumbnailWorker } from './thumbnail-worker.ts';
import { openTracing } from './tracing.ts';
import { openStoring } from './transcoder.ts';
import { openTruth } from './truth.ts';
import { startWorker } from './worker.ts';

const databaseConnectionCountMax = 8;
const drainSweepEveryMs = 25;

interface RunningApp {
  readonly port: number;
  readonly rewatch: RewatchSwitch;
  drain(): Promise<void>;
}

async function startApp(start: AppStart): Promise<RunningApp> {
  const seams = seamsWith(start.bugs);
  let draining = false;
  const database = openDatabase(start.database, databaseConnectionCountMax);
  const cache = createCacheClient({ port: start.cachePort, seams });
  const truth = openTruth(start.record?.truthDir ?? null);
  const parts = {
    version: start.version,
    database,
    cache,
    objects: await openObjectStore(start.objectsDir),
    truth,
    storing: openStoring(start.transcoder, truth),
    links: seams.createLinks(start.linkSecret),
    erasures: openErasureLedger(start.objectsDir),
    moves: openMoveLedger(start.objectsDir),
    sessions: createSessionLookup({ cache, database, seams }),
    mail: createMailClient(start.mail),
    live: startLive(database, seams.openStreamDesk()),
    seams,
  };
  const rewatch = createRewatchSwitch(start.rewatch, parts.live.desk);
  const worker = startWorker(parts, start.transcoder !== null);
  const others = [
    startExportWorker(parts),
    startThumbnailWorker(parts),
    startNotices(database, parts.mail, seams),
    startHousekeeping(database, parts.objects),
  ];
  const { node, version, collector } = start;
  const place = { 'service.instance.id': node, 'service.version': version };
  const tracing = collector === null ? undefined : openTracing('clinic-app', place, collector);
  const server = createAppServer({
    node,
    tracing,
    services: { ...parts, wakeWorker: worker.wake },
    log: start.verbose ? (line) => console.error(line) : undefined,
    draining: () => draining,
    rewatch,
  });
  return {
    rewatch,
    port: await listen(server, 0),
    async drain() {
      draining = true;
      await parts.live.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      // An answer that had begun before did not say `connection: close`: its connection becomes idle later.
      const sweep = setInterval(() => server.closeIdleConnections(), drainSweepEveryMs);
      await closed;
      clearInterval(sweep);
      await Promise.all([...[worker, ...others].map((each) => each.stop()), tracing?.flush()]);
      await parts.mail.close();
      parts.cache.close();
      await parts.database.close();
    },
  };
}

let app: RunningApp | undefined;

serveParent({
  start: async (argument) => {
    app = await startApp(argument as AppStart);
    return { port: app.port };
  },
  rewatch: (argument) => {
    app?.rewatch.set(argument as RewatchState);
    return null;
  },
  drain: async () => {
    await app?.drain();
    return null;
  },
});
