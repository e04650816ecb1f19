// The machine as the search for k6 sees it: its folders, its network, its commands. Tests hand in another one.
import { spawn } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';

export interface K6Host {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  readonly pathFolders: readonly string[];
  /** Where downloads are kept between runs. */
  readonly cacheFolder: string;
  readonly fetch: typeof fetch;
  /** Rejects when the command can't be started or takes too long. */
  run(command: string, commandArguments: readonly string[], options: RunOptions): Promise<RunResult>;
}

export interface RunOptions {
  readonly limitMs: number;
  readonly environment?: Readonly<Record<string, string>>;
}

export interface RunResult {
  readonly code: number | null;
  /** The end of what it wrote, to either stream. */
  readonly output: string;
}

const outputCharsMax = 2_000;

export function thisHost(): K6Host {
  const { env, platform, arch } = process;
  const userCache =
    platform === 'win32'
      ? (env.LOCALAPPDATA ?? os.homedir())
      : (env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache'));
  return {
    platform,
    arch,
    pathFolders: (env.PATH ?? '').split(path.delimiter).filter(path.isAbsolute),
    cacheFolder: path.resolve(env.CROSSTALK_CACHE ?? path.join(userCache, 'crosstalk')),
    fetch: (...request) => fetch(...request),
    run,
  };
}

function run(command: string, commandArguments: readonly string[], options: RunOptions): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, commandArguments, {
      env: { ...process.env, ...options.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: options.limitMs,
      killSignal: 'SIGKILL',
      windowsHide: true,
    });
    let output = '';
    const collect = (chunk: Buffer): void => {
      output = (output + chunk.toString('utf8')).slice(-outputCharsMax);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', (error) => reject(new Error(`${command} could not be started: ${error.message}`)));
    child.once('close', (code, signal) => {
      if (signal === null) resolve({ code, output });
      else reject(new Error(`${command} was ended by ${signal}, after ${options.limitMs} ms at the latest`));
    });
  });
}
