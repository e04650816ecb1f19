// For end-to-end tests: runs the command line as a user would, in a folder of its own, and reads what it left.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Verdict, verdictSchema } from '../verdict.ts';

export interface Finished {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandLine {
  readonly folder: string;
  start(args: readonly string[], env?: NodeJS.ProcessEnv): ChildProcess & { readonly finished: Promise<Finished> };
  run(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Finished>;
  /** The newest run's folder, or null before the first. */
  latest(): string | null;
  verdict(): Verdict;
  remove(): void;
}

const root = path.resolve(import.meta.dirname, '../..');
const main = path.join(root, 'harness/cli/main.ts');

export function commandLine(): CommandLine {
  const folder = mkdtempSync(path.join(tmpdir(), 'crosstalk-e2e-'));
  const runs = path.join(folder, 'runs');

  function start(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), main, ...args], {
      cwd: folder,
      env: { ...process.env, NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const finished = new Promise<Finished>((resolve) =>
      child.once('close', (code) => resolve({ exitCode: code ?? -1, stdout, stderr })),
    );
    return Object.assign(child, { finished });
  }

  function latest(): string | null {
    if (!existsSync(runs)) return null;
    const names = readdirSync(runs)
      .filter((name) => name !== 'latest')
      .sort();
    const last = names.at(-1);
    return last ? path.join(runs, last) : null;
  }

  return {
    folder,
    start,
    run: (args, env) => start(args, env).finished,
    latest,
    verdict: () => verdictSchema.parse(JSON.parse(readFileSync(path.join(latest() ?? '', 'verdict.json'), 'utf8'))),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Polls until it holds; a test's own time limit bounds it besides. */
export async function until(holds: () => boolean | Promise<boolean>, limitMs: number): Promise<void> {
  const endsAt = Date.now() + limitMs;
  while (!(await holds())) {
    if (Date.now() > endsAt) throw new Error(`it did not come about within ${limitMs} ms: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
