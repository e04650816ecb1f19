// Which programs of the machine the real topology runs on: found, or all that are missing named at once with how to get them.
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, readdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { OptionError } from '../options.ts';
import { findToxiproxy } from './toxiproxy-binary.ts';

export interface Tool {
  readonly name: string;
  readonly path: string;
  readonly version: string;
  /** Where it is from, as one would say it: "the PATH", "built by go install". */
  readonly origin: string;
}

export interface Tools {
  /** The folder of initdb, postgres and pg_basebackup goes by the path of `postgres`. */
  readonly postgres: Tool;
  readonly redis: Tool;
  readonly nginx: Tool;
  readonly toxiproxy: Tool;
}

/** The machine as the search sees it; tests hand in another one. */
export interface Machine {
  readonly pathFolders: readonly string[];
  /** Searched after the PATH: services are often kept where only administrators look. */
  readonly serviceFolders: readonly string[];
  /** Has one folder for each PostgreSQL release, on Debian and its kin. */
  readonly postgresReleases: string;
  /** Where what was built is kept between runs. */
  readonly cacheFolder: string;
  /** What the command said, on either stream; rejects when it fails or takes longer. */
  run(command: string, args: readonly string[], limitMs: number, env?: Record<string, string>): Promise<string>;
}

const versionMaxMs = 10_000;
const outputBytesMax = 1_048_576;

export function thisMachine(env: NodeJS.ProcessEnv = process.env): Machine {
  const home = env.HOME ?? '/tmp';
  return {
    pathFolders: (env.PATH ?? '').split(path.delimiter).filter(path.isAbsolute),
    serviceFolders: ['/usr/sbin', '/usr/local/sbin', '/opt/homebrew/bin', '/usr/local/go/bin'],
    postgresReleases: '/usr/lib/postgresql',
    cacheFolder: path.resolve(
      env.CROSSTALK_CACHE ?? path.join(env.XDG_CACHE_HOME ?? path.join(home, '.cache'), 'crosstalk'),
    ),
    async run(command, args, limitMs, extra = {}) {
      const options = { timeout: limitMs, maxBuffer: outputBytesMax, env: { ...process.env, ...extra } };
      const { stdout, stderr } = await promisify(execFile)(command, [...args], options);
      return `${stdout}${stderr}`.trim();
    },
  };
}

export async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

export async function onPath(machine: Machine, name: string): Promise<string | undefined> {
  for (const folder of [...machine.pathFolders, ...machine.serviceFolders]) {
    const file = path.join(folder, name);
    if (await isExecutable(file)) return file;
  }
  return undefined;
}

/** Debian keeps PostgreSQL's programs off the PATH, one folder a release; the newest is taken. */
async function findPostgres(machine: Machine): Promise<string | undefined> {
  const releases = await readdir(machine.postgresReleases).catch(() => []);
  const newestFirst = releases.filter((each) => Number(each) > 0).sort((a, b) => Number(b) - Number(a));
  const folders = [
    ...newestFirst.map((each) => path.join(machine.postgresReleases, each, 'bin')),
    ...machine.pathFolders,
  ];
  for (const folder of folders) {
    const needed = ['postgres', 'initdb', 'pg_basebackup'].map((name) => path.join(folder, name));
    if ((await Promise.all(needed.map(isExecutable))).every(Boolean)) return needed[0];
  }
  return undefined;
}

interface Wanted {
  readonly name: string;
  readonly find: () => Promise<string | undefined>;
  readonly versionFlag: string;
  readonly majorMin: number;
  readonly advice: string;
}

const wantedOf = (machine: Machine): Readonly<Record<'postgres' | 'redis' | 'nginx', Wanted>> => ({
  postgres: {
    name: 'PostgreSQL',
    find: () => findPostgres(machine),
    versionFlag: '--version',
    majorMin: 13,
    advice: 'apt-get install postgresql',
  },
  redis: {
    name: 'Redis',
    find: () => onPath(machine, 'redis-server'),
    versionFlag: '--version',
    majorMin: 6,
    advice: 'apt-get install redis-server',
  },
  nginx: {
    name: 'nginx',
    find: () => onPath(machine, 'nginx'),
    versionFlag: '-v',
    majorMin: 1,
    advice: 'apt-get install nginx-light',
  },
});

async function look(machine: Machine, wanted: Wanted): Promise<Tool> {
  const file = await wanted.find();
  if (file === undefined) throw new Error(`${wanted.name} is not installed: ${wanted.advice}`);
  const said = await machine.run(file, [wanted.versionFlag], versionMaxMs).catch((error: Error) => error.message);
  const [version, major] = /(\d+)\.[\d.]+/.exec(said) ?? [];
  if (version === undefined || Number(major) < wanted.majorMin) {
    const found = version ?? `says no version ("${said.slice(0, 80)}")`;
    throw new Error(
      `${wanted.name} at ${file} is ${found}, and ${wanted.majorMin} or later is needed: ${wanted.advice}`,
    );
  }
  return { name: wanted.name, path: file, version, origin: 'found on this machine' };
}

/** Throws one error that names all that is missing. */
export async function findTools(machine: Machine = thisMachine()): Promise<Tools> {
  const wanted = wantedOf(machine);
  const looks = await Promise.allSettled([
    look(machine, wanted.postgres),
    look(machine, wanted.redis),
    look(machine, wanted.nginx),
    findToxiproxy(machine),
  ]);
  const [postgres, redis, nginx, toxiproxy] = looks.map((each) =>
    each.status === 'fulfilled' ? each.value : undefined,
  );
  if (postgres !== undefined && redis !== undefined && nginx !== undefined && toxiproxy !== undefined)
    return { postgres, redis, nginx, toxiproxy };
  const reasons = looks.flatMap((each) => (each.status === 'rejected' ? [`  ${(each.reason as Error).message}`] : []));
  throw new OptionError(
    `the real topology runs on programs of this machine, and these are missing:\n${reasons.join('\n')}\n` +
      'Install them, or leave --topology out: the embedded one needs nothing.',
  );
}
