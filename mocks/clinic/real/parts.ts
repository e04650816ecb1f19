// The parts on programs of this machine: PostgreSQL, Redis, nginx and Toxiproxy, each bound to the loopback interface on a free port and
// keeping everything in the clinic's own folder. The app instances and the mail provider are the same as ever.

import { rm } from 'node:fs/promises';
import path from 'node:path';
import { startMail } from '../mail-part.ts';
import type { Parts, PartsStart } from '../parts.ts';
import { startChild } from '../processes.ts';
import { settled } from '../settled.ts';
import { startCache } from './cache.ts';
import { startDatabase } from './database.ts';
import { startEdge } from './edge.ts';
import { startLinks } from './links.ts';
import type { Surroundings } from './program.ts';
import { findTools, type Tools } from './tools.ts';
import type { Watched } from './warden.ts';

const callMaxMs = 5_000;
const stopMaxMs = 10_000;

/** Throws an `OptionError` when a program is missing. */
export async function startRealParts({ rootDir, objectsDir, port, bugs }: PartsStart): Promise<Parts> {
  const tools = await findTools().catch(async (error: unknown) => {
    await rm(rootDir, { recursive: true, force: true });
    throw error;
  });
  const warden = startChild('./real/warden.ts');
  const ends: (() => Promise<unknown>)[] = [];
  let stopping = false;
  let breaks: (error: Error) => void = () => {};
  const broken = new Promise<never>((_, reject) => {
    breaks = reject;
  });
  broken.catch(() => {});
  const tellWarden = (call: string, argument: unknown): void => {
    warden.call(call, argument, callMaxMs).catch(() => {});
  };
  const around: Surroundings = {
    rootDir,
    watchProgram: (pid, stopsBy) => tellWarden('watch', { pid, stopsBy } satisfies Watched),
    watch: (pid) => tellWarden('watch', { pid } satisfies Watched),
    unwatch: (pid) => tellWarden('unwatch', pid),
    lost(name) {
      if (!stopping) breaks(new Error(`the clinic's ${name} died; the clinic can't go on without it`));
    },
  };
  warden.exited.then(() => around.lost('warden'));

  async function stop(): Promise<void> {
    stopping = true;
    await Promise.allSettled(ends.map((end) => end()));
    await warden.call('stop', null, stopMaxMs).catch(() => {});
    warden.kill();
    await warden.exited;
  }

  /** Whatever has started is ended, also when another part could not start. */
  async function begin<Part extends { stop(): Promise<void> }>(starting: Promise<Part>): Promise<Part> {
    const part = await starting;
    ends.push(() => part.stop());
    return part;
  }

  try {
    await warden.call('start', { rootDir }, callMaxMs);
    const links = await begin(startLinks(around, tools.toxiproxy.path));
    const [database, cache, edge, mail] = await settled([
      begin(startDatabase(around, path.dirname(tools.postgres.path), links, objectsDir)),
      begin(startCache(around, tools.redis.path, links)),
      begin(startEdge(around, tools.nginx.path, { port, bugs })),
      begin(startMail(around, null)),
    ]);
    const { watch, unwatch } = around;
    return { database, cache, edge, mail, links, runsOn: linesOf(tools), broken, watch, unwatch, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function linesOf(tools: Tools): readonly string[] {
  return Object.values(tools).map(({ name, version, path: file, origin }) => `${name} ${version}: ${file} (${origin})`);
}
