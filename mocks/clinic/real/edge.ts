// The edge as nginx: balancer and shared HTTP cache. It has no health checks of its own, so the clinic makes them and takes an instance
// that fails out of the configuration. Each change is a new configuration, read again by the running nginx (SIGHUP).
import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startBalancer } from '../edge-balancer.ts';
import type { Upstream } from '../messages.ts';
import type { EdgePart, EdgeReport } from '../parts.ts';
import { changeOf } from './nginx-bugs/index.ts';
import { nginxConfig } from './nginx-config.ts';
import { freePort } from './ports.ts';
import { ownFolder, type Surroundings, startProgram, untilUp } from './program.ts';

const startMaxMs = 5_000;
const reloadMaxMs = 5_000;
const askMaxMs = 500;
/** Between a new worker's first answer and an old one's last new request nginx leaves a tenth of a second. */
const settledMs = 150;
const lookEveryMs = 15;

export interface RealEdge extends EdgePart {
  stop(): Promise<void>;
}

/** The number of the configuration by which the worker that answers was started. */
function generationAt(socketPath: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path: '/', timeout: askMaxMs, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve(Number(text)));
      response.on('error', reject);
    });
    asked.on('timeout', () => asked.destroy(new Error(`no answer in ${askMaxMs} ms`)));
    asked.on('error', reject);
    asked.end();
  });
}

export async function startEdge(
  around: Surroundings,
  command: string,
  start: { readonly port: number; readonly bugs: readonly string[] },
): Promise<RealEdge> {
  const port = start.port > 0 ? start.port : await freePort();
  const folder = await ownFolder(around, 'nginx');
  const cacheDir = path.join(folder, 'cache');
  const configFile = path.join(around.rootDir, 'nginx.conf');
  const statusSocket = path.join(folder, 'status.sock');
  const change = changeOf(start.bugs);
  let config: EdgeReport['config'] = 'standard';
  let offered: readonly Upstream[] = [];
  let healthy: readonly string[] = [];
  let generation = 1;
  const counts = { reloadCount: 0, purgeCount: 0, purgedEntryCount: 0 };
  let busy: Promise<unknown> = Promise.resolve();
  let stopping = false;

  function inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const turn = busy.then(work);
    busy = turn.catch(() => {});
    return turn;
  }

  /** Where none passes, one of those that are offered may still answer. */
  function upstreams(): readonly Upstream[] {
    const passing = offered.filter(({ node }) => healthy.includes(node));
    return passing.length > 0 ? passing : offered;
  }

  async function write(): Promise<string> {
    const text = nginxConfig({ folder, port, generation, config, upstreams: upstreams(), change });
    await writeFile(`${configFile}.new`, text);
    await rename(`${configFile}.new`, configFile);
    return text;
  }

  let written = await write();
  const program = await startProgram(
    around,
    'nginx',
    command,
    ['-p', folder, '-c', configFile, '-e', path.join(folder, 'nginx-errors.log')],
    'SIGTERM',
  );
  await untilUp(program, startMaxMs, () => generationAt(statusSocket));
  program.exited.then(() => stopping || around.lost(`nginx (${program.lastWords()})`));

  /** Resolves once no worker of the old configuration takes requests any more. */
  async function bringIntoForce(): Promise<void> {
    const before = nginxConfig({ folder, port, generation, config, upstreams: upstreams(), change });
    if (before === written || stopping) return;
    generation += 1;
    written = await write();
    program.signal('SIGHUP');
    const endsAtMs = Date.now() + reloadMaxMs;
    let newSinceMs = Number.POSITIVE_INFINITY;
    while (Date.now() - newSinceMs < settledMs) {
      const isNew = (await generationAt(statusSocket).catch(() => 0)) === generation;
      newSinceMs = isNew ? Math.min(newSinceMs, Date.now()) : Number.POSITIVE_INFINITY;
      if (Date.now() > endsAtMs)
        throw new Error(`nginx did not take its new configuration within ${reloadMaxMs} ms: ${program.lastWords()}`);
      await pause(lookEveryMs);
    }
  }

  const balancer = startBalancer((names) => {
    healthy = names;
    inTurn(bringIntoForce).catch((error: unknown) => console.error(error));
  });

  const entries = (): Promise<readonly string[]> => readdir(cacheDir).catch(() => []);

  return {
    port,
    async offer(next) {
      offered = next;
      balancer.offer(next);
      await inTurn(bringIntoForce);
    },
    healthy: () => healthy,
    report: async () => ({ config, ...counts, entryCount: (await entries()).length }),
    reload: (next) =>
      inTurn(async () => {
        config = next;
        await bringIntoForce();
        counts.reloadCount += 1;
      }),
    purge: () =>
      inTurn(async () => {
        const names = await entries();
        await Promise.all(names.map((name) => rm(path.join(cacheDir, name), { force: true })));
        counts.purgeCount += 1;
        counts.purgedEntryCount += names.length;
      }),
    async stop() {
      stopping = true;
      await program.stop('SIGTERM');
    },
  };
}
