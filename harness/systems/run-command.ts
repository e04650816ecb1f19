// A command of the user's own, as words, without a shell: bounded in time and in what is kept of its output, in a process group of its own
// that ends with its time. What is told of it is how it ended and one line: its words and its output may hold secrets.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { z } from 'zod';
import { isSecretName, withoutSecrets } from '../secrets.ts';

const outputBytesMax = 16_384;
const lineLettersMax = 160;
/** Between the end of a command and the end of its output. */
const lingerMs = 300;

export const commandWords = z
  .array(
    z
      .string()
      .max(8_192)
      .regex(/^[^\0]*$/, 'a word without NUL'),
    {
      error: "a command as a list of words, as in ['systemctl', 'stop', 'app']; for a shell: ['sh', '-c', '…']",
    },
  )
  .min(1, 'a command of one word at least')
  .max(64)
  .refine((words) => words[0] !== '', 'a command whose first word is a program');

export interface CommandEnd {
  readonly code: number;
  /** What it wrote to its standard output: the first 16 KiB. */
  readonly output: string;
  /** `ended with 3: no such unit`. */
  readonly told: string;
}

export const programOf = (words: readonly string[]): string => path.basename(words[0] ?? '');

/** Resolves however it ends by itself; rejects when it can't be started, is killed, or leaves somebody behind who holds its output. */
export function runCommand(
  words: readonly string[],
  limitMs: number,
  env: Readonly<Record<string, string>> = {},
): Promise<CommandEnd> {
  const [command = '', ...args] = words;
  const name = programOf(words);
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    const said = { stdout: keeping(child.stdout), stderr: keeping(child.stderr) };
    let late = false;
    let lingering: NodeJS.Timeout | undefined;
    const timer = setTimeout(() => {
      late = true;
      killGroup(child.pid);
    }, limitMs);
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      clearTimeout(lingering);
      child.stdout.destroy();
      child.stderr.destroy();
      settle();
    };
    child.once('error', (error: NodeJS.ErrnoException) =>
      end(() =>
        reject(new Error(`${name} can't be run (${error.code ?? 'unknown'}): is it installed, and on the PATH?`)),
      ),
    );
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      if (late) return end(() => reject(new Error(`${name} took longer than ${limitMs} ms and was killed`)));
      if (code === null) return end(() => reject(new Error(`${name} was ended by ${signal}`)));
      child.once('close', () =>
        end(() => resolve({ code, output: said.stdout(), told: toldOf(code, said.stderr() || said.stdout()) })),
      );
      lingering = setTimeout(
        () =>
          end(() =>
            reject(
              new Error(
                `${name} left a program behind that holds its output and would die with it: send that elsewhere, as with >/dev/null 2>&1`,
              ),
            ),
          ),
        lingerMs,
      );
    });
  });
}

function keeping(stream: NodeJS.ReadableStream): () => string {
  const parts: Buffer[] = [];
  let bytes = 0;
  stream.on('data', (part: Buffer) => {
    if (bytes < outputBytesMax) parts.push(part.subarray(0, outputBytesMax - bytes));
    bytes += part.length;
  });
  stream.on('error', () => {});
  return () => Buffer.concat(parts).toString('utf8');
}

/** It has not been waited for yet, so its number is still its own. */
function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended just now.
  }
}

function toldOf(code: number, output: string): string {
  const line = output.trimStart().split('\n')[0]?.trimEnd() ?? '';
  const secrets = Object.entries(process.env).flatMap(([name, value]) => (isSecretName(name) && value ? [value] : []));
  const shown = withoutSecrets(line, secrets).slice(0, lineLettersMax);
  return `ended with ${code}${shown === '' ? '' : `: ${shown}`}`;
}
