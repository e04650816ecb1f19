// The processes of this machine that aren't ours, as Linux tells of them in /proc: who listens at a port, who is whose child, and signals
// that reach only the very process that was meant. Read without waiting, so that nothing happens between a look and the signal that rests on it.
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { type LocalProcess, stateOf } from '../faults/process.ts';

/** Each is looked at; a machine with more is not one to look for a process on by its port. */
const processesMax = 65_536;
const ancestorsMax = 64;
const pidFileBytesMax = 64;
const ticksPerSecond = 100;
const listening = '0A';

export interface SeenProcess extends LocalProcess {
  readonly state: 'alive' | 'stopped' | 'dead';
  readonly parent: number;
  readonly group: number;
  /** As the kernel keeps it: 15 letters at most. */
  readonly name: string;
  readonly ageMs: number;
}

const isAbsent = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && ['ENOENT', 'ESRCH', 'ENOTDIR'].includes(String(error.code));

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

/** Throws on a machine that has no /proc. */
export function requireProc(): void {
  if (textOf('/proc/self/stat') !== null && textOf('/proc/sys/kernel/random/boot_id') !== null) return;
  throw new Error('processes are found by /proc, which only Linux has: run the drill there, or leave this system out');
}

/** The boot of the machine, and for how long it has been up. */
interface Machine {
  readonly boot: string;
  readonly upMs: number;
}

function machineNow(): Machine | null {
  const boot = textOf('/proc/sys/kernel/random/boot_id')?.trim();
  const uptime = textOf('/proc/uptime');
  return boot === undefined || uptime === null ? null : { boot, upMs: Number(uptime.split(' ')[0]) * 1_000 };
}

export function seeProcess(pid: number, machine: Machine | null = machineNow()): SeenProcess | null {
  if (!Number.isInteger(pid) || pid <= 0 || machine === null) return null;
  const stat = textOf(`/proc/${pid}/stat`);
  if (stat === null) return null;
  // The second field, the command in brackets, may hold spaces and brackets itself: count from the last one.
  const end = stat.lastIndexOf(')');
  const fields = stat.slice(end + 2).split(' ');
  const ticks = Number(fields[19]);
  return {
    pid,
    started: `${machine.boot}/${ticks}`,
    state: stateOf(fields[0] ?? ''),
    parent: Number(fields[1]),
    group: Number(fields[2]),
    name: stat.slice(stat.indexOf('(') + 1, end),
    ageMs: Math.round(machine.upMs - (ticks * 1_000) / ticksPerSecond),
  };
}

/** The same process still, not a later one with its number; `gone` once it is dead, whoever has yet to hear of it. */
export function stateNow({ pid, started }: LocalProcess): 'alive' | 'stopped' | 'gone' {
  const now = seeProcess(pid);
  return now === null || now.started !== started || now.state === 'dead' ? 'gone' : now.state;
}

/** Resolves to whether that very process was there to be told. */
export function signalSame(target: LocalProcess, signal: NodeJS.Signals): boolean {
  if (stateNow(target) === 'gone') return false;
  try {
    process.kill(target.pid, signal);
    return true;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw new Error(
      `process ${target.pid} can't be signalled (${error instanceof Error && 'code' in error ? error.code : error}): run the drill as its user, or as root`,
    );
  }
}

export function requireSignals(pid: number): void {
  try {
    process.kill(pid, 0);
  } catch {
    throw new Error(`process ${pid} may not be signalled by this user: run the drill as its user, or as root`);
  }
}

export function everyProcess(): SeenProcess[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const machine = machineNow();
  return pids.slice(0, processesMax).flatMap((pid) => seeProcess(Number(pid), machine) ?? []);
}

/** `null`: there is no such file, or no number in it. */
export function pidInFile(file: string): number | null {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) return null;
  if (!stat.isFile() || stat.size > pidFileBytesMax) throw new Error(`${file} is no pid file: correct pidFile`);
  const [, digits] = /^\s*([1-9]\d{0,9})\s*$/.exec(textOf(file)?.split('\n')[0] ?? '') ?? [];
  return digits === undefined ? null : Number(digits);
}

/** The words that it was started with, or the title that it gave itself since. */
export const titleOf = (pid: number): string => (textOf(`/proc/${pid}/cmdline`) ?? '').replaceAll('\0', ' ').trim();

/** Ours and all that ours hang on. */
export function ownLine(): Set<number> {
  const line = new Set([1, process.pid]);
  let parent = process.ppid;
  for (let depth = 0; depth < ancestorsMax && parent > 0; depth++) {
    line.add(parent);
    parent = seeProcess(parent)?.parent ?? 0;
  }
  return line;
}

/** Inodes of the sockets that listen at the port, at whatever address. */
function socketsAt(port: number): Set<string> {
  const tables = ['/proc/net/tcp', '/proc/net/tcp6'].map((file) => textOf(file) ?? '');
  const rows = tables.flatMap((table) => table.split('\n').slice(1)).map((row) => row.trim().split(/\s+/));
  const wanted = rows.filter(
    ([, local, , state]) => state === listening && Number.parseInt(local?.split(':').at(-1) ?? '', 16) === port,
  );
  return new Set(wanted.map((row) => `socket:[${row[9]}]`));
}

function holdsOneOf(pid: number, sockets: ReadonlySet<string>): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      try {
        return sockets.has(readlinkSync(`/proc/${pid}/fd/${fd}`));
      } catch {
        return false;
      }
    });
  } catch {
    // Gone, or somebody else's.
    return false;
  }
}

/** All that listen at the port, parents before their children; `hidden` when somebody does whose files we may not look at. */
export function listenersAt(port: number): { readonly found: SeenProcess[]; readonly hidden: boolean } {
  const sockets = socketsAt(port);
  if (sockets.size === 0) return { found: [], hidden: false };
  const found = everyProcess().filter(({ pid, state }) => state !== 'dead' && holdsOneOf(pid, sockets));
  const pids = new Map(found.map((each) => [each.pid, each]));
  const depthOf = ({ parent }: SeenProcess, depth = 0): number => {
    const above = pids.get(parent);
    return above && depth < ancestorsMax ? depthOf(above, depth + 1) : depth;
  };
  return { found: found.sort((one, other) => depthOf(one) - depthOf(other)), hidden: found.length === 0 };
}
