// Outlives the supervisor just long enough to clean up after it: should that be killed outright, this process ends every program and app
// instance that it was told of, and removes the clinic's folder.
import { rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { serveParent } from '../child.ts';

export interface Watched {
  readonly pid: number;
  /** For a program with children of its own: the signal at which it ends them and itself. It leads a process group. */
  readonly stopsBy?: NodeJS.Signals;
}

export interface WardenStart {
  readonly rootDir: string;
}

const watched = new Map<number, Watched>();
const graceMs = 2_000;
const lookEveryMs = 20;
let rootDir: string | undefined;

function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

async function end({ pid, stopsBy }: Watched): Promise<void> {
  if (stopsBy === undefined) {
    signal(pid, 'SIGKILL');
    return;
  }
  signal(pid, stopsBy);
  // A stopped process must run to end.
  signal(pid, 'SIGCONT');
  for (let waitedMs = 0; waitedMs < graceMs && signal(pid, 0); waitedMs += lookEveryMs) await pause(lookEveryMs);
  signal(-pid, 'SIGKILL');
}

async function cleanUp(): Promise<void> {
  await Promise.all([...watched.values()].map(end));
  watched.clear();
  if (rootDir !== undefined) await rm(rootDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
}

serveParent(
  {
    start: (argument) => {
      rootDir = (argument as WardenStart).rootDir;
      return null;
    },
    watch: (argument) => {
      const told = argument as Watched;
      watched.set(told.pid, told);
      return null;
    },
    unwatch: (pid) => void watched.delete(pid as number),
    stop: cleanUp,
  },
  cleanUp,
);
