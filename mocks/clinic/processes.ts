// The supervisor's end of the line: starts a child from its bundle (or its source file), calls it with a bounded wait, and ends it for good.
import { type ChildProcess, fork } from 'node:child_process';
import { programOf } from './programs.ts';

interface Answer {
  readonly id?: number;
  readonly value?: unknown;
  readonly error?: string;
  readonly notice?: unknown;
}

export interface Child {
  readonly pid: number;
  /** Settles when the process has ended, whatever ended it. */
  readonly exited: Promise<void>;
  call(name: string, argument: unknown, timeoutMs: number): Promise<unknown>;
  /** SIGKILL ends a stopped process too. */
  kill(): void;
}

export function startChild(fileName: string, onNotice: (notice: unknown) => void = () => {}): Child {
  const program = programOf(new URL(fileName, import.meta.url));
  const loader = program.endsWith('.ts') ? ['--import', import.meta.resolve('tsx')] : [];
  const child = fork(program, [], {
    execArgv: [...loader, '--max-old-space-size=256', '--max-semi-space-size=16'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const waiting = new Map<number, (answer: Answer) => void>();
  child.on('message', (message) => {
    const answer = message as Answer;
    if (answer.id === undefined) onNotice(answer.notice);
    else waiting.get(answer.id)?.(answer);
  });
  let lastId = 0;
  return {
    pid: child.pid ?? 0,
    exited,
    kill: () => void child.kill('SIGKILL'),
    call(name, argument, timeoutMs) {
      lastId += 1;
      return callChild(child, exited, waiting, { id: lastId, call: name, argument }, timeoutMs, fileName);
    },
  };
}

/** What the child says is its error with its stack, which is for --verbose. */
const errorOf = (fileName: string, told: string): Error =>
  new Error(`${fileName}: ${told.split('\n', 1)[0]}`, { cause: told });

function callChild(
  child: ChildProcess,
  exited: Promise<void>,
  waiting: Map<number, (answer: Answer) => void>,
  message: { readonly id: number; readonly call: string; readonly argument: unknown },
  timeoutMs: number,
  fileName: string,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const settle = (error: Error | undefined, value?: unknown): void => {
      clearTimeout(timer);
      waiting.delete(message.id);
      if (error === undefined) resolve(value);
      else reject(error);
    };
    const timer = setTimeout(
      () => settle(new Error(`${fileName} did not answer "${message.call}" within ${timeoutMs} ms`)),
      timeoutMs,
    );
    waiting.set(message.id, (answer) =>
      answer.error === undefined ? settle(undefined, answer.value) : settle(errorOf(fileName, answer.error)),
    );
    exited.then(() => settle(new Error(`${fileName} ended before it answered "${message.call}"`)));
    if (child.connected) child.send(message, (error) => error && settle(error));
  });
}
