// The programs of an example: each started as a process that ends with this one, and waited for until it answers on its port.
import { type ChildProcess, spawn } from 'node:child_process';
import { createConnection } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { OrdinaryUser } from '../../mocks/clinic/ordinary-user.ts';

const startMaxMs = 120_000;
const stopMaxMs = 5_000;
const lookEveryMs = 50;
const saidLettersMax = 2_000;

export interface Running {
  readonly name: string;
  /** Resolves when it has ended, by itself or because it was stopped. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

export interface Start {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The port on loopback or the socket's path at which it takes connections. */
  readonly at: number | string;
  readonly folder: string;
  readonly stopsBy?: NodeJS.Signals;
  readonly user?: OrdinaryUser;
}

/** Resolves once it takes connections; rejects with what it said when it ends before. */
export async function start({ name, command, args, at, folder, stopsBy = 'SIGTERM', user }: Start): Promise<Running> {
  if (await answers(at))
    throw new Error(
      `port ${at}, on which ${name} was to listen, is taken: end what listens there, or name other ports with --port`,
    );
  // Ctrl-C reaches the whole group of processes, and they are to be ended in their order.
  const child = spawn(command, args, { ...user, cwd: folder, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said = `${said}${text}`.slice(-saidLettersMax);
    });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', (error) => {
      said = `${said} ${error.message}`;
      resolve();
    });
  });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  let running = true;
  ended.then(() => {
    running = false;
    process.off('exit', kill);
  });
  const endsAtMs = Date.now() + startMaxMs;
  while (running && !(await answers(at))) {
    if (Date.now() > endsAtMs) child.kill('SIGKILL');
    await pause(lookEveryMs);
  }
  if (!running) throw new Error(`${name} did not start: ${said.trim()}`);
  return { name, ended, stop: () => stop(child, ended, stopsBy) };
}

async function stop(child: ChildProcess, ended: Promise<void>, by: NodeJS.Signals): Promise<void> {
  child.kill(by);
  const killer = setTimeout(() => child.kill('SIGKILL'), stopMaxMs);
  await ended;
  clearTimeout(killer);
}

function answers(at: number | string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(typeof at === 'string' ? { path: at } : { port: at, host: '127.0.0.1' });
    const told = (open: boolean): void => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => told(true));
    socket.once('error', () => told(false));
  });
}
