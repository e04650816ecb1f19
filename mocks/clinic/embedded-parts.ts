// The parts from npm packages and our own code alone, each a process: what `npm start` runs, with nothing to install.

import { startEmbeddedCache } from './embedded-cache.ts';
import { startEmbeddedDatabase } from './embedded-database.ts';
import { startEmbeddedEdge } from './embedded-edge.ts';
import { startMail } from './mail-part.ts';
import type { KeeperNotice } from './messages.ts';
import type { Parts, PartsStart } from './parts.ts';
import { startChild } from './processes.ts';
import { settled } from './settled.ts';

const callTimeoutMs = 4_000;
const stopTimeoutMs = 8_000;

export async function startEmbeddedParts({
  rootDir,
  objectsDir,
  port,
  bugs,
  record,
  collector,
}: PartsStart): Promise<Parts> {
  const keeper = startChild('./keeper.ts', (notice) => lost(`database (${(notice as KeeperNotice).broken})`));
  const ends: (() => Promise<unknown>)[] = [];
  let stopping = false;
  let breaks: (error: Error) => void = () => {};
  const broken = new Promise<never>((_, reject) => {
    breaks = reject;
  });
  broken.catch(() => {});
  function lost(name: string): void {
    if (!stopping) breaks(new Error(`the clinic's ${name} died; the clinic can't go on without it`));
  }
  keeper.exited.then(() => lost('keeper'));
  const tellKeeper = (call: string, pid: number): void => {
    keeper.call(call, pid, callTimeoutMs).catch(() => {});
  };
  const around = {
    watch: (pid: number) => tellKeeper('watch', pid),
    unwatch: (pid: number) => tellKeeper('unwatch', pid),
    lost,
  };

  async function stop(): Promise<void> {
    stopping = true;
    await Promise.all(ends.map((end) => end()));
    await keeper.call('stop', null, stopTimeoutMs).catch(() => {});
    keeper.kill();
    await keeper.exited;
  }

  /** Whatever has started is ended, also when another part could not start. */
  async function begin<Part extends { stop(): Promise<void> }>(starting: Promise<Part>): Promise<Part> {
    const part = await starting;
    ends.push(() => part.stop());
    return part;
  }

  const [database, cache, edge, mail] = await settled([
    startEmbeddedDatabase(keeper, { rootDir, objectsDir, record }),
    begin(startEmbeddedCache(around)),
    begin(startEmbeddedEdge({ port, bugs, record, collector }, around)),
    begin(startMail(around, record)),
  ]).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { database, cache, edge, mail, broken, watch: around.watch, unwatch: around.unwatch, stop };
}
