// A process as the kernel of this machine knows it (Linux /proc). Its number alone is no identity, as numbers are used
// again: with the boot of the machine and the start time it is. Elsewhere nothing is known, and nothing is guessed.
import { readFile } from 'node:fs/promises';

export interface LocalProcess {
  readonly pid: number;
  /** Machine boot and start time in clock ticks: equal only for the same process. */
  readonly started: string;
}

export interface ProcessLook extends LocalProcess {
  readonly state: 'alive' | 'stopped' | 'dead';
}

/** `null` when there is no such process here, or no /proc to ask. */
export async function lookAtProcess(pid: number): Promise<ProcessLook | null> {
  if (!Number.isInteger(pid) || pid <= 0) return null;
  try {
    const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The second field, the command in brackets, may hold spaces and brackets itself: count from the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const state = fields[0];
    const startTicks = fields[19];
    if (state === undefined || startTicks === undefined) return null;
    return { pid, started: `${boot}/${startTicks}`, state: stateOf(state) };
  } catch {
    return null;
  }
}

/** This one, as others are to know it again; no start where there is no /proc to ask. */
export async function ownProcess(): Promise<{ readonly pid: number; readonly started: string | null }> {
  return { pid: process.pid, started: (await lookAtProcess(process.pid))?.started ?? null };
}

/** A zombie is dead, whatever its number still answers to. */
export function stateOf(letter: string): ProcessLook['state'] {
  if (letter === 'T') return 'stopped';
  return letter === 'Z' || letter === 'X' ? 'dead' : 'alive';
}

/** Whether the process that once ran under this number still does; by number alone where no start time was recorded. */
export async function isAlive(pid: number, started: string | null): Promise<boolean> {
  const now = await lookAtProcess(pid);
  if (now?.state === 'dead') return false;
  if (now && started !== null) return now.started === started;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process: it is there, and may not be signalled.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
