// nginx on this machine: reloaded with another configuration, which its workers' change of generation proves, and its cache emptied on disk.
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { z } from 'zod';
import type { LocalProcess } from '../faults/process.ts';
import { cachedFiles, emptyCache, requireCacheFolder, stillThere } from './cache-folder.ts';
import { type Answer, callerOf, lookFields } from './call.ts';
import {
  everyProcess,
  pidInFile,
  requireProc,
  requireSignals,
  seeProcess,
  signalSame,
  titleOf,
} from './linux-processes.ts';
import { runCommand } from './run-command.ts';
import { matches, seenSchema, toldAs } from './seen.ts';
import { isTidy, planSwap, putBack, putNext, requireReplaceable, setAsideSchema, standing, tidy } from './set-aside.ts';
import { type System, type SystemClient, systemFault } from './system.ts';

const testMaxMs = 5_000;
const lookMaxMs = 4_000;
/** A reload that is done takes far less; then it is asked for again. */
const reloadEveryMs = 5_000;
/** The first new workers may be those of a reload that was still going on when the file was put back; the second can't be. */
const generationsMin = 2;
const missing = (field: string, kind: string) => ({ error: `is needed for ${kind}`, path: [field] });

const absolute = z.string().refine((file) => path.isAbsolute(file), 'must be a path from the root on');

const schema = z
  .strictObject({
    use: z.literal('nginx'),
    /** The main configuration that it runs with. */
    configFile: absolute.optional(),
    /** What is put in its place for a while; beside it, should it include others by relative names. */
    brokenFile: absolute.optional(),
    /** Of its master process. */
    pidFile: absolute.optional(),
    /** nginx itself: `brokenFile` is tested by it beforehand (`nginx -t`). */
    binary: z.string().min(1).optional(),
    /** What an address answers under the broken configuration, and not under the usual one. */
    witness: z.strictObject({ ...lookFields, broken: seenSchema }).optional(),
    /** The folder of `proxy_cache_path`. */
    cacheDir: absolute.optional(),
    faults: z.array(z.enum(['nginx-reload', 'nginx-purge'])).min(1),
  })
  .refine(
    ({ faults, configFile }) => !faults.includes('nginx-reload') || configFile,
    missing('configFile', 'nginx-reload'),
  )
  .refine(
    ({ faults, brokenFile }) => !faults.includes('nginx-reload') || brokenFile,
    missing('brokenFile', 'nginx-reload'),
  )
  .refine(({ faults, pidFile }) => !faults.includes('nginx-reload') || pidFile, missing('pidFile', 'nginx-reload'))
  .refine(({ faults, cacheDir }) => !faults.includes('nginx-purge') || cacheDir, missing('cacheDir', 'nginx-purge'));
type Config = z.infer<typeof schema>;

interface Nginx extends SystemClient {
  readonly config: Config;
  master(): LocalProcess;
  /** Those that take connections. */
  workers(): LocalProcess[];
  /** Asks it to read its configuration again. To be called until `isReloaded`. */
  reload(): void;
  /** Whether whoever takes connections read the configuration after the first `reload`. */
  isReloaded(): boolean;
  forgetReload(): void;
  look(): Promise<{ readonly broken: boolean; readonly told: string } | null>;
}

function connect(config: Config): Nginx {
  const witness = config.witness && callerOf(withoutBroken(config.witness));
  let asked: { readonly before: readonly LocalProcess[]; readonly atMs: number } | null = null;
  let generations = 0;

  function master(): LocalProcess {
    requireProc();
    const pid = pidInFile(config.pidFile ?? '');
    if (pid === null)
      throw new Error(
        `no nginx runs: there is no process number in ${config.pidFile}; start nginx, or correct pidFile`,
      );
    const seen = seeProcess(pid);
    if (seen === null || seen.state === 'dead')
      throw new Error(`no nginx runs: ${config.pidFile} names process ${pid}, which there is none of; start nginx`);
    if (!titleOf(pid).startsWith('nginx: master process'))
      throw new Error(
        `${config.pidFile} names process ${pid}, which is ${seen.name} and no master of nginx: correct pidFile`,
      );
    return seen;
  }
  function workers(): LocalProcess[] {
    const { pid: parent } = master();
    return everyProcess()
      .filter(
        (each) => each.parent === parent && each.state !== 'dead' && /^nginx: worker process$/.test(titleOf(each.pid)),
      )
      .map(({ pid, started }) => ({ pid, started }));
  }
  async function look() {
    if (!config.witness || !witness) return null;
    const answer = await witness.send(lookMaxMs).catch((): Answer | null => null);
    return { broken: matches(answer, config.witness.broken), told: `${witness.name}: ${toldAs(answer)}` };
  }
  return {
    config,
    master,
    workers,
    look,
    reload() {
      if (asked && areAllNew(workers(), asked.before)) {
        generations++;
        asked = null;
      }
      if (generations >= generationsMin || (asked && Date.now() - asked.atMs < reloadEveryMs)) return;
      asked = { before: asked?.before ?? workers(), atMs: Date.now() };
      if (!signalSame(master(), 'SIGHUP')) throw new Error('nginx ended before it could be told to reload');
    },
    isReloaded: () => generations >= generationsMin,
    forgetReload() {
      asked = null;
      generations = 0;
    },
    async reach() {
      if (config.cacheDir !== undefined) await requireCacheFolder(config.cacheDir);
      if (config.pidFile === undefined) return;
      const { pid } = master();
      if (workers().length === 0)
        throw new Error(`nginx (process ${pid}) has no workers: start it with a master and workers`);
      requireSignals(pid);
      if (config.configFile !== undefined) await requireReplaceable(config.configFile);
      const seen = await look();
      if (seen?.broken)
        throw new Error(
          `the witness shows what "broken" describes before anything is broken (${seen.told}): correct witness.broken`,
        );
    },
  };
}

const withoutBroken = ({ broken: _, ...look }: NonNullable<Config['witness']>) => look;

const keyOf = ({ pid, started }: LocalProcess): string => `${pid} ${started}`;

function areAllNew(now: readonly LocalProcess[], before: readonly LocalProcess[]): boolean {
  const old = new Set(before.map(keyOf));
  return now.length > 0 && now.every((each) => !old.has(keyOf(each)));
}

async function requireValid({ binary, brokenFile = '' }: Config): Promise<void> {
  if (binary === undefined) return;
  const { code, told } = await runCommand([binary, '-t', '-c', brokenFile], testMaxMs);
  if (code !== 0) throw new Error(`nginx would refuse ${brokenFile}, so it can't bite: nginx -t ${told}`);
}

const fault = systemFault<Nginx>();
const workerShape = z.object({ pid: z.number(), started: z.string() });
const reloadMemory = z.object({ aside: setAsideSchema, workers: z.array(workerShape) });

const reload = fault(reloadMemory, {
  kind: 'nginx-reload',
  summary: 'reloads nginx with another configuration, then with its own again',
  defaultForMs: 3_000,
  async plan(nginx) {
    await nginx.reach();
    await requireValid(nginx.config);
    const { configFile = '', brokenFile = '' } = nginx.config;
    return {
      aside: await planSwap(configFile, brokenFile, randomBytes(6).toString('hex')),
      workers: nginx.workers(),
    };
  },
  async inject(nginx, { aside }) {
    nginx.forgetReload();
    const master = nginx.master();
    await putNext(aside, nginx.config.brokenFile ?? '');
    if (!signalSame(master, 'SIGHUP')) throw new Error('nginx ended before it could be told to reload');
  },
  prove:
    (nginx, { aside, workers }) =>
    async () => {
      if ((await standing(aside)) !== 'next') return { bit: false, proof: `${aside.file} is not the broken one` };
      if (!areAllNew(nginx.workers(), workers))
        return {
          bit: false,
          proof: 'nginx keeps its workers: it has not taken the broken configuration, and its error log says why',
        };
      const seen = await nginx.look();
      const proof = `nginx took the broken configuration: all of its ${workers.length} workers were replaced`;
      if (seen === null) return { bit: true, proof };
      return seen.broken
        ? { bit: true, proof: `${proof}, and the witness shows it (${seen.told})` }
        : { bit: false, proof: `${proof}, but the witness does not show what "broken" describes (${seen.told})` };
    },
  async heal(nginx, { aside }) {
    await putBack(aside);
    nginx.reload();
    if (nginx.isReloaded()) await tidy(aside);
  },
  async isHealed(nginx, { aside }) {
    if (nginx.isReloaded()) return isTidy(aside);
    throw new Error('nginx has not taken its own configuration back yet; if it stays so, its error log says why');
  },
});

const purgeMemory = z.object({ files: z.array(z.object({ name: z.string(), mark: z.string() })), count: z.number() });

const purge = fault(purgeMemory, {
  kind: 'nginx-purge',
  summary: "removes what nginx's cache keeps on disk",
  defaultForMs: 1_500,
  async plan({ config: { cacheDir = '' } }) {
    await requireCacheFolder(cacheDir);
    return cachedFiles(cacheDir);
  },
  inject: async ({ config: { cacheDir = '' } }) => {
    await requireCacheFolder(cacheDir);
    await emptyCache(cacheDir);
  },
  prove:
    ({ config: { cacheDir = '' } }, { files, count }) =>
    async () => {
      if (count === 0) return { bit: false, proof: `nginx's cache in ${cacheDir} held nothing that could be removed` };
      const left = await stillThere(cacheDir, files);
      if (left > 0)
        return { bit: false, proof: `of ${files.length} answers that nginx had cached ${left} are still there` };
      return { bit: true, proof: `nginx's cache was emptied; it had held ${count} answers` };
    },
  // It fills again by itself.
  heal: async () => {},
  isHealed: async () => true,
});

export const nginx: System<Config> = {
  use: 'nginx',
  schema,
  hosts: ({ witness }) => (witness ? [new URL(witness.url).hostname] : []),
  connect,
  faults: [reload, purge],
};
