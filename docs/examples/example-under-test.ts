// For the examples' end-to-end tests: starts an example as its README says, on free ports, and drills a front of it by the command line.
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { expect } from 'vitest';
import { type CommandLine, until } from '../../harness/cli/command-line.ts';
import { readHistory } from '../../harness/history-file.ts';
import { judge } from '../../harness/judge.ts';
import type { Declarations } from '../../harness/targets/target.ts';
import type { Verdict } from '../../harness/verdict.ts';
import { freePort } from '../../mocks/clinic/real/ports.ts';

export const startMaxMs = 400_000;
const stopMaxMs = 90_000;
/** The server's, and those of its fronts. */
const portCount = 5;

export interface Example {
  /** Of the server itself; the fronts have those after it. */
  readonly port: number;
  /** What its `start.ts` printed. */
  readonly said: string;
  stop(): Promise<void>;
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;

/** `folder` holds its `start.ts`. What is missing is said by the failure, with how to get it. */
export async function startExample(
  folder: string,
  flags: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<Example> {
  const port = await freePort(portCount);
  const script = path.join(folder, 'start.ts');
  const child: ChildProcess = spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), script, '--port', String(port), ...flags],
    // By what vitest sets there are servers that take themselves to be under their own tests.
    {
      env: { ...process.env, NODE_ENV: undefined, JEST_WORKER_ID: undefined, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  await until(() => said.includes('open until') || hasEnded(child), startMaxMs);
  expect(said).toContain('open until Ctrl-C');
  return {
    port,
    said,
    async stop() {
      child.kill('SIGTERM');
      await until(() => hasEnded(child), stopMaxMs);
    },
  };
}

export interface Drilled {
  readonly verdict: Verdict;
  readonly stdout: string;
}

/** White space counts as one blank each, for the report breaks its lines. */
export async function drill(cli: CommandLine, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Drilled> {
  const { stdout, stderr } = await cli.run(['run', ...args], env);
  // Without a run there is nothing to read, and this says why.
  expect(cli.latest() ?? stderr).toContain('runs');
  return { verdict: cli.verdict(), stdout: stdout.replace(/\s+/g, ' ') };
}

/** The run's history judged once more, as if the target had declared something else. */
export async function judgedAgain(cli: CommandLine, verdict: Verdict, declares: Declarations): Promise<Verdict> {
  const { lines } = await readHistory(path.join(cli.latest() ?? '', 'history.ndjson'));
  return judge(lines, {
    declares,
    floor: { opportunitiesPerWindow: 1, opportunitiesPerNode: 1, opportunitiesPerVersion: 1 },
    missingOwnRateMax: 1,
    strict: false,
    notTested: [],
    sessions: verdict.sessions,
    alarmChannels: ['list', 'bytes'],
  });
}

export const isLeak = ({ rule }: Verdict['findings'][number]): boolean => rule !== 'latent';
