// What the examples' `start.ts` have in common: the flags, the caches in front, and an end in order on Ctrl-C or when a program is lost.
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onPath, thisMachine } from '../../mocks/clinic/real/tools.ts';
import { type Behind, type Cache, caches } from './caches.ts';
import { type Running, start } from './programs.ts';

export interface Front {
  readonly cache: Cache;
  readonly command: string;
  readonly port: number;
}

const namesOf = (some: readonly Cache[]): string[] => some.map(({ name }) => name);

/** For `parseArgs`. */
export const frontOptions = (port: number, among = caches) =>
  ({
    port: { type: 'string', default: String(port) },
    behind: { type: 'string', default: namesOf(among).join(',') },
  }) as const;

export function portOf(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_530)
    throw new Error(`--port ${text} is no port; write one from 1 to 65530, for the ports after it are taken, too`);
  return port;
}

/** Each cache has its port, the first the one after `port`, whichever others are left out. Throws where one is not installed. */
export async function frontsOf(behind: string, port: number, among = caches): Promise<Front[]> {
  const names = namesOf(among);
  const wanted = behind.split(',').filter((name) => name !== 'none');
  const unknown = wanted.filter((name) => !names.includes(name));
  if (unknown.length > 0)
    throw new Error(`--behind knows no ${unknown.join(', ')}; there are: ${names.join(', ')}, none`);
  const fronts = among.map((cache, at) => ({ cache, port: port + 1 + at }));
  return Promise.all(
    fronts
      .filter(({ cache }) => wanted.includes(cache.name))
      .map(async (front) => ({ ...front, command: await commandOf(front.cache) })),
  );
}

async function commandOf({ name, command, advice }: Cache): Promise<string> {
  const found = await onPath(thisMachine(), command);
  if (found === undefined) throw new Error(`${name} is not installed: ${advice}. Or leave it out with --behind.`);
  return found;
}

export async function startFront({ cache, command, port }: Front, folder: string, behind: Behind): Promise<Running> {
  const own = path.join(folder, cache.name);
  await mkdir(own);
  return start({
    name: cache.name,
    command,
    args: await cache.configure(own, port, behind),
    at: port,
    folder: own,
  });
}

/** `startAll` puts what it starts into `running`, in order; it is stopped the other way round. Whatever goes wrong is told in one sentence. */
export async function serveUntilStopped(
  name: string,
  startAll: (folder: string, running: Running[]) => Promise<void>,
): Promise<void> {
  const running: Running[] = [];
  const folder = await mkdtemp(path.join(tmpdir(), `crosstalk-${name}-`));
  // PostgreSQL, Varnish and nginx give up root, and must find their folders all the same.
  await chmod(folder, 0o755);
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  try {
    await startAll(folder, running);
    const lost = running.map(({ name, ended }) => ended.then(() => name));
    const which = await Promise.race([stopped, ...lost]);
    if (which !== undefined) throw new Error(`${which} has ended by itself`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  } finally {
    for (const program of running.reverse()) await program.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
