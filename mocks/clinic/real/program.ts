// A program of the machine, run for the clinic: as an ordinary user even when we are root (PostgreSQL insists, and the others need no
// more), in a process group of its own so that Ctrl-C doesn't reach it, what it says kept in a file, watched by the warden.
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { chown, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { type OrdinaryUser, ordinaryUser } from '../ordinary-user.ts';
import type { ProcessWatch } from '../process-watch.ts';

export interface Program {
  readonly name: string;
  readonly pid: number;
  readonly running: boolean;
  readonly exited: Promise<void>;
  signal(name: NodeJS.Signals): void;
  /** Asks by this signal, and ends the whole group when that takes longer. */
  stop(name: NodeJS.Signals): Promise<void>;
  /** The end of what it said so far. */
  lastWords(): string;
}

export interface Surroundings extends ProcessWatch {
  /** The clinic's own folder; everything that is written is in it. */
  readonly rootDir: string;
  /** As `watch`, for one with children of its own, which it ends at this signal. */
  watchProgram(pid: number, stopsBy: NodeJS.Signals): void;
}

const stopMaxMs = 3_000;
const lastWordsLettersMax = 1_500;

/** A folder in the clinic's that its programs may write to. */
export async function ownFolder({ rootDir }: Surroundings, name: string): Promise<string> {
  const folder = path.join(rootDir, name);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { uid, gid } = await ordinaryUser();
  if (uid !== undefined && gid !== undefined) await chown(folder, uid, gid);
  return folder;
}

/** `user`: an ordinary one, unless the caller knows better. */
export async function startProgram(
  around: Surroundings,
  name: string,
  command: string,
  args: readonly string[],
  stopsBy: NodeJS.Signals,
  user?: OrdinaryUser,
): Promise<Program> {
  const account = user ?? (await ordinaryUser());
  const logFile = path.join(around.rootDir, `${name}.log`);
  const log = openSync(logFile, 'a');
  let refused = '';
  const child = spawn(command, args, {
    ...account,
    cwd: around.rootDir,
    detached: true,
    stdio: ['ignore', log, log],
    env: { PATH: process.env.PATH ?? '', LC_ALL: 'C', TZ: 'UTC' },
  });
  closeSync(log);
  const pid = child.pid ?? 0;
  let running = pid > 0;
  if (running) around.watchProgram(pid, stopsBy);
  const exited = new Promise<void>((resolve) => {
    const ended = (): void => {
      running = false;
      if (pid > 0) around.unwatch(pid);
      resolve();
    };
    child.once('exit', ended);
    child.once('error', (error) => {
      refused = error.message;
      ended();
    });
  });
  const signal = (signalName: NodeJS.Signals): void => {
    if (running) child.kill(signalName);
  };
  return {
    name,
    pid,
    get running() {
      return running;
    },
    exited,
    signal,
    async stop(signalName) {
      signal(signalName);
      // A stopped process must run to end.
      signal('SIGCONT');
      const killer = setTimeout(() => endGroup(pid), stopMaxMs);
      await exited;
      clearTimeout(killer);
    },
    lastWords: () => `${refused} ${readFileSync(logFile, 'utf8').slice(-lastWordsLettersMax)}`.trim(),
  };
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}

/** Tries every few milliseconds until it succeeds; throws with the program's last words when it has died or does not come up in time. */
export async function untilUp<Value>(program: Program, limitMs: number, attempt: () => Promise<Value>): Promise<Value> {
  const endsAtMs = Date.now() + limitMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const late = Date.now() > endsAtMs;
      if (program.running && !late) {
        await new Promise((resolve) => setTimeout(resolve, 25));
        continue;
      }
      const why = late ? `did not come up within ${limitMs} ms (${error})` : 'ended at once';
      throw new Error(`${program.name} ${why}: ${program.lastWords()}`);
    }
  }
}
