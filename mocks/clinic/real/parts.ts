// The parts on programs of this machine: PostgreSQL, Redis, nginx and Toxiproxy, each bound to the loopback interface on a free port and
// keeping everything in the clinic's own folder. The app instances are the same as ever.
import path from 'node:path';
import { startMail } from '../mail-part.ts';
import type { Parts, PartsStart } from '../parts.ts';
import { startChild } from '../processes.ts';
import { startCache } from './cache.ts';
import { startDatabase } from './database.ts';
import { startEdge } from './edge.ts';
import { createLinks } from './links.ts';
import type { Surroundings } from './program.ts';
import { findTools } from './tools.ts';
import { startToxiproxy } from './toxiproxy.ts';
import type { Watched } from './warden.ts';

const callMaxMs = 5_000;
const stopMaxMs = 10_000;

/** Throws an `OptionError` when a program is missing. */
export async function startRealParts({ rootDir, objectsDir, port, bugs }: PartsStart): Promise<Parts> {
  const tools = await findTools();
  const warden = startChild('./real/warden.ts');
  const ends: (() => Promise<unknown>)[] = [];
  const tellWarden = (call: string, argument: unknown): void => {
    warden.call(call, argument, callMaxMs).catch(() => {});
  };
  const around: Surroundings = {
    rootDir,
    watcher: {
      watch: (pid, stopsBy) => tellWarden('watch', { pid, stopsBy } satisfies Watched),
      unwatch: (pid) => tellWarden('unwatch', pid),
    },
  };

  async function stop(): Promise<void> {
    await Promise.allSettled(ends.map((end) => end()));
    await warden.call('stop', null, stopMaxMs).catch(() => {});
    warden.kill();
    await warden.exited;
  }

  /** Whatever has started is ended, also when another part could not start. */
  async function begin<Part>(starting: Promise<Part>, end: (part: Part) => Promise<unknown>): Promise<Part> {
    const part = await starting;
    ends.push(() => end(part));
    return part;
  }

  async function startLinks() {
    const toxiproxy = await begin(startToxiproxy(around, tools.toxiproxy.path), ({ program }) =>
      program.stop('SIGTERM'),
    );
    const links = createLinks(toxiproxy);
    ends.push(async () => links.tap.kill());
    return { toxiproxy, links };
  }

  try {
    await warden.call('start', { rootDir }, callMaxMs);
    const { toxiproxy, links } = await startLinks();
    const binaries = { folder: path.dirname(tools.postgres.path) };
    const stopPart = (part: { stop(): Promise<void> }): Promise<void> => part.stop();
    const mailWatch = {
      watch: (pid: number) => tellWarden('watch', { pid } satisfies Watched),
      unwatch: (pid: number) => tellWarden('unwatch', pid),
      // Told by `exited` below.
      lost: () => {},
    };
    const [database, cache, edge, mail] = await settled([
      begin(startDatabase(around, binaries, links, objectsDir), stopPart),
      begin(startCache(around, tools.redis.path, toxiproxy, links), stopPart),
      begin(startEdge(around, tools.nginx.path, { port, bugs }), stopPart),
      begin(startMail(mailWatch, null), stopPart),
    ]);
    const broken = Promise.race([
      database.broken,
      cache.broken,
      edge.broken,
      dies('mail provider', mail.exited),
      dies('Toxiproxy', toxiproxy.program.exited),
      dies('tap', links.tap.exited),
      dies('warden', warden.exited),
    ]);
    broken.catch(() => {});
    return {
      database,
      cache,
      edge,
      mail,
      links,
      runsOn: Object.values(tools).map(
        ({ name, version, path: file, origin }) => `${name} ${version}: ${file} (${origin})`,
      ),
      broken,
      watch: (pid) => tellWarden('watch', { pid } satisfies Watched),
      unwatch: (pid) => tellWarden('unwatch', pid),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function dies(name: string, exited: Promise<void>): Promise<never> {
  await exited;
  throw new Error(`the clinic's ${name} died; the clinic can't go on without it`);
}

/** All of them, or, once none is under way any more, the first failure. */
async function settled<Each extends readonly Promise<unknown>[]>(
  starting: readonly [...Each],
): Promise<{ -readonly [Index in keyof Each]: Awaited<Each[Index]> }> {
  await Promise.allSettled(starting);
  return Promise.all(starting);
}
