// A process of this machine that we did not start: found by its pid file or by the port it listens on, stopped, killed or asked to end, and
// back again by its supervisor or by a command. What is remembered is number and start, so nobody is signalled who took the number later.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { z } from 'zod';
import {
  listenersAt,
  ownLine,
  pidInFile,
  requireProc,
  requireSignals,
  type SeenProcess,
  seeProcess,
  signalSame,
  stateNow,
} from './linux-processes.ts';
import { commandWords, programOf } from './run-command.ts';
import { type System, type SystemClient, type SystemSteps, systemFault } from './system.ts';

/** Those that listen at one port: a server and its workers. */
const processesMax = 256;
const restartEveryMs = 8_000;
/** To end after SIGTERM; one that lives on then is taken to have ignored it. */
const endMaxMs = 4_000;

const schema = z
  .strictObject({
    use: z.literal('process'),
    /** Holds its number: that process alone. */
    pidFile: z.string().min(1).optional(),
    /** All that listen at it. */
    port: z.number().int().min(1).max(65_535).optional(),
    /** What starts it where no supervisor does; words, no shell. */
    restart: commandWords.optional(),
    /** What may be done to it. */
    faults: z.array(z.enum(['process-freeze', 'process-kill', 'process-restart'])).min(1),
  })
  .refine(({ pidFile, port }) => (pidFile === undefined) !== (port === undefined), {
    error: 'needs either a pidFile or the port that the process listens on, and not both',
  });
type Config = z.infer<typeof schema>;

interface Processes extends SystemClient {
  /** Those that are meant, parents first; none: there is none now. Throws where that can't be told. */
  find(): SeenProcess[];
  /** Those that may be broken. Throws, with what to do. */
  choose(): SeenProcess[];
  /** Starts it unless that was done just now; rejects when its command fails. */
  restart(): Promise<void>;
  readonly where: string;
}

function connect({ pidFile, port, restart }: Config): Processes {
  const where = pidFile === undefined ? `at port ${port}` : `of ${pidFile}`;
  let last: Launch | undefined;

  function find(): SeenProcess[] {
    requireProc();
    if (pidFile !== undefined) {
      const seen = seeProcess(pidInFile(pidFile) ?? 0);
      return seen === null || seen.state === 'dead' ? [] : [seen];
    }
    const { found, hidden } = listenersAt(port ?? 0);
    if (hidden)
      throw new Error(
        `somebody listens at port ${port}, but not who can be seen: run the drill as that process's user or as root, or name its pidFile`,
      );
    return found;
  }

  function choose(): SeenProcess[] {
    const found = find();
    if (found.length === 0) throw new Error(`there is no process ${where}: start it, or correct what names it`);
    if (found.length > processesMax)
      throw new Error(`${found.length} processes are ${where}, and at most ${processesMax} are broken`);
    const ours = ownLine();
    const refused = found.find(({ pid }) => ours.has(pid));
    if (refused)
      throw new Error(
        `the process ${where} is ${refused.pid} (${refused.name}), which is the machine's first, the harness, or what the harness runs in: it is not broken. Where it only holds a port for another, name that one's pidFile`,
      );
    const stopped = found.find(({ state }) => state === 'stopped');
    if (stopped)
      throw new Error(
        `process ${stopped.pid} ${where} is stopped already: let it go on first (kill -CONT ${stopped.pid})`,
      );
    requireRelated(found, port);
    for (const each of found) requireSignals(each.pid);
    return found;
  }

  return {
    where,
    find,
    choose,
    reach: async () => void choose(),
    async restart() {
      if (restart === undefined || (last && Date.now() - last.atMs < restartEveryMs)) {
        if (last?.trouble !== undefined) throw new Error(last.trouble);
        return;
      }
      last = launch(restart);
      await last.started;
      if (last.trouble !== undefined) throw new Error(last.trouble);
    },
  };
}

/** One port at two addresses may be two servers that have nothing to do with each other. */
function requireRelated(found: readonly SeenProcess[], port: number | undefined): void {
  const roots = found.filter(({ parent }) => !found.some(({ pid }) => pid === parent));
  const [first] = roots;
  const isFamily = roots.every(({ parent, name }) => parent === first?.parent && parent > 1 && name === first?.name);
  if (roots.length <= 1 || isFamily) return;
  const told = roots.slice(0, 4).map(({ pid, name }) => `${pid} (${name})`);
  throw new Error(
    `several servers listen at port ${port}, ${told.join(', ')}: name the pidFile of the one that is meant`,
  );
}

interface Launch {
  readonly atMs: number;
  /** Resolves either way. More than the start is not waited for: it may be the process itself, which stays. */
  readonly started: Promise<void>;
  trouble?: string;
}

/** In a session of its own, for it is to outlive us; its output is nobody's. */
function launch(words: readonly string[]): Launch {
  const [command = '', ...args] = words;
  const child = spawn(command, args, { detached: true, stdio: 'ignore' });
  child.unref();
  const failed = (how: string): void => {
    launched.trouble = `${programOf(words)}, which is to start it again, ${how}: start it by hand`;
  };
  const started = once(child, 'spawn').then(
    () => {},
    () => {},
  );
  const launched: Launch = { atMs: Date.now(), started };
  child.once('error', (error: NodeJS.ErrnoException) => failed(`can't be run (${error.code ?? 'unknown'})`));
  child.once('exit', (code, signal) => {
    if (code !== 0) failed(code === null ? `was ended by ${signal}` : `ended with ${code}`);
  });
  return launched;
}

const memorySchema = z.object({
  processes: z.array(z.object({ pid: z.number().int().positive(), started: z.string(), name: z.string() })).min(1),
});
type Memory = z.infer<typeof memorySchema>;

const remembered = (found: readonly SeenProcess[]): Memory => ({
  processes: found.map(({ pid, started, name }) => ({ pid, started, name })),
});
const numbersOf = ({ processes }: Memory): string => {
  const [first, ...others] = processes;
  return `process ${first?.pid} (${first?.name})${others.length > 0 ? ` and ${others.length} more` : ''}`;
};
/** The others hang on the first. */
const isGone = ({ processes: [first] }: Memory): boolean => first === undefined || stateNow(first) === 'gone';
const goneOf = ({ processes }: Memory): number => processes.filter((each) => stateNow(each) === 'gone').length;

/** Rejects with what is missing. A pid file outlives its process, and its number may be another's by now: then it is one of another name. */
async function isBack(processes: Processes, memory: Memory): Promise<boolean> {
  const found = processes.find();
  const [first] = found;
  if (!first) throw new Error(`there is no process ${processes.where} yet: start it, or have \`restart\` start it`);
  const before = new Set(memory.processes.map(({ started, pid }) => `${started} ${pid}`));
  if (isGone(memory) && found.every(({ started, pid }) => before.has(`${started} ${pid}`)))
    throw new Error(
      `what is ${processes.where} now (process ${first.pid}) is left from before: end it, and start it anew`,
    );
  const names = new Set(memory.processes.map(({ name }) => name));
  const other = found.find(({ name }) => !names.has(name));
  if (other) throw new Error(`process ${other.pid} ${processes.where} is ${other.name}, and ${[...names]} before`);
  return found.every(({ state }) => state === 'alive');
}

async function heal(processes: Processes, memory: Memory): Promise<void> {
  for (const each of memory.processes.toReversed()) if (stateNow(each) === 'stopped') signalSame(each, 'SIGCONT');
  if (isGone(memory) && processes.find().length === 0) await processes.restart();
}

const fault = systemFault<Processes>();

type Steps = SystemSteps<Processes, Memory>;
const shared: Pick<Steps, 'plan' | 'heal' | 'isHealed'> = {
  plan: async (processes) => remembered(processes.choose()),
  heal,
  isHealed: isBack,
};

function signalAll(processes: Processes, memory: Memory, signal: NodeJS.Signals): void {
  const told = memory.processes.filter((each) => signalSame(each, signal)).length;
  if (told === 0) throw new Error(`${numbersOf(memory)} ${processes.where} was gone before it could be told`);
}

const freeze = fault(memorySchema, {
  ...shared,
  kind: 'process-freeze',
  summary: 'stops the process with SIGSTOP, then lets it go on',
  defaultForMs: 3_000,
  inject: async (processes, memory) => signalAll(processes, memory, 'SIGSTOP'),
  prove: (_, memory) => async () => {
    const stopped = memory.processes.filter((each) => stateNow(each) === 'stopped').length;
    if (stopped === 0) return { bit: false, proof: `${numbersOf(memory)} is not stopped` };
    const bit = stopped + goneOf(memory) === memory.processes.length;
    return {
      bit,
      proof: `${numbersOf(memory)}: the kernel says that ${stopped} of ${memory.processes.length} are stopped`,
    };
  },
});

const proveGone: Steps['prove'] = (processes, memory) => async () => {
  const gone = goneOf(memory);
  if (gone < memory.processes.length)
    return {
      bit: false,
      proof: `${numbersOf(memory)} ${processes.where}: ${memory.processes.length - gone} of them live on`,
    };
  return { bit: true, proof: `${numbersOf(memory)} ${processes.where} is gone, by number and start` };
};

const kill = fault(memorySchema, {
  ...shared,
  kind: 'process-kill',
  summary: 'kills the process with SIGKILL',
  defaultForMs: 2_500,
  inject: async (processes, memory) => signalAll(processes, memory, 'SIGKILL'),
  prove: proveGone,
});

/** When each was first asked to end, or first found alive by who heals: it is given time, for one that ends later leaves nothing behind. */
const askedAtMs = new WeakMap<Processes, number>();

const restart = fault(memorySchema, {
  ...shared,
  kind: 'process-restart',
  summary: 'asks the process to end with SIGTERM, and waits for the next one',
  defaultForMs: 4_000,
  async inject(processes, memory) {
    askedAtMs.set(processes, Date.now());
    // The first of them ends the others, as it sees fit.
    signalAll(processes, { processes: memory.processes.slice(0, 1) }, 'SIGTERM');
  },
  prove: (processes, memory) => proveGone(processes, { processes: memory.processes.slice(0, 1) }),
  async isHealed(processes, memory) {
    const since = askedAtMs.get(processes) ?? Date.now();
    askedAtMs.set(processes, since);
    if (!isGone(memory) && Date.now() - since < endMaxMs) return false;
    return isBack(processes, memory);
  },
});

/** `process` is Node's. */
export const machineProcess: System<Config> = {
  use: 'process',
  schema,
  hosts: () => [],
  connect,
  faults: [freeze, kill, restart],
};
