// k6 as a child process: started with nothing secret on its command line and nothing of our environment that could change
// what it does, its output read line by line in bounded memory, and stopped within a bounded time.
import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { countText } from '../wording.ts';
import { k6Files } from './k6-config.ts';
import { k6MemoryBytesMax, watchMemory } from './k6-memory.ts';

export interface K6Process {
  /** Resolves when k6 is gone and its last line was read. */
  readonly ended: Promise<K6End>;
  /** Interrupts it, and kills it if that takes too long. */
  stop(): void;
}

export interface K6End {
  /** Null: ended by a signal. */
  readonly code: number | null;
  /** What it said last that was no line of ours. */
  readonly lastWords: readonly string[];
}

export interface K6ProcessInput {
  readonly k6Path: string;
  /** Holds the bundle and its files. */
  readonly folder: string;
  /** Beyond it k6 is killed, and `ended` rejects. */
  readonly memoryBytesMax?: number;
  /** True: it was one of ours. What it throws stops k6 and rejects `ended`. */
  take(line: string): boolean;
}

/** A history line is a few hundred bytes; a page of fifty leaked consultations on one is far below this. */
export const lineBytesMax = 8 * 1_048_576;
const lastWordsMax = 12;
const lastWordLettersMax = 600;
const stopWaitMs = 5_000;

/** With its script's folder as working directory. `--address ''`: no control port. */
const k6Arguments = [
  'run',
  '--quiet',
  '--summary-mode=disabled',
  '--no-usage-report',
  '--no-thresholds',
  '--log-format=raw',
  '--log-output=stdout',
  '--no-color',
  '--address=',
  '--include-system-env-vars=false',
  k6Files.bundle,
];

/** Go's own settings, certificates and what Windows needs; no K6_ options and no proxies, which the Node driver has not either. */
const environmentKept = /^(?:PATH|SYSTEMROOT|TEMP|TMP|TMPDIR|SSL_CERT_FILE|SSL_CERT_DIR|GO[A-Z]+)$/i;
/** k6 says this of each request that failed, which the history says better. */
const saidOfFailures = 'Request Failed';

export function startK6(input: K6ProcessInput): K6Process {
  // Its own process group: Ctrl-C reaches the harness alone, which then stops k6 in order.
  const child = spawn(input.k6Path, k6Arguments, {
    cwd: input.folder,
    env: environmentFor(input.folder),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  const lastWords: string[] = [];
  const stop = stopper(child);
  const note = (line: string): void => {
    if (line.trim() === '' || line === saidOfFailures) return;
    lastWords.push(line.slice(0, lastWordLettersMax));
    if (lastWords.length > lastWordsMax) lastWords.shift();
  };
  const ended = new Promise<K6End>((resolve, reject) => {
    const give = (error: unknown): void => {
      stop();
      reject(error);
    };
    child.once('error', (error) => reject(new Error(`k6 at ${input.k6Path} could not be started: ${error.message}`)));
    readLines(child.stdout, (line) => input.take(line) || note(line), give);
    readLines(child.stderr, note, give);
    child.once('close', (code) => resolve({ code, lastWords }));
    const bytesMax = input.memoryBytesMax ?? k6MemoryBytesMax();
    const memory = watchMemory(child.pid ?? 0, bytesMax, () => {
      child.kill('SIGKILL');
      reject(new Error(tooMuchMemory(bytesMax)));
    });
    child.once('close', memory.stop);
  });
  return { ended, stop };
}

const tooMuchMemory = (bytesMax: number): string =>
  `k6 took more than ${countText(Math.floor(bytesMax / 1_048_576))} MiB of memory and was killed: it keeps each answer whole, so an answer without an end fills it. Drive with --driver node, which reads answers as they stream and hangs up, or with fewer sessions`;

function environmentFor(folder: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => environmentKept.test(name));
  return { ...Object.fromEntries(kept), HOME: folder, XDG_CONFIG_HOME: folder, K6_AUTO_EXTENSION_RESOLUTION: 'false' };
}

function stopper(child: ChildProcess): () => void {
  let asked = false;
  return () => {
    if (asked || child.exitCode !== null || child.signalCode !== null) return;
    asked = true;
    child.kill('SIGINT');
    const timer = setTimeout(() => child.kill('SIGKILL'), stopWaitMs);
    child.once('close', () => clearTimeout(timer));
  };
}

/** Lines as text, without their ends. Reading waits for `take`, so a slow disk slows k6 down and nothing piles up. */
export function readLines(stream: Readable, take: (line: string) => void, fail: (error: unknown) => void): void {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  const flush = (last: Buffer): void => {
    const line = pending.length === 0 ? last : Buffer.concat([...pending, last]);
    pending = [];
    pendingBytes = 0;
    take(line.toString('utf8'));
  };
  const takeChunk = (chunk: Buffer): void => {
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      flush(chunk.subarray(from, end));
      from = end + 1;
    }
    if (from === chunk.length) return;
    pending.push(chunk.subarray(from));
    pendingBytes += chunk.length - from;
    if (pendingBytes > lineBytesMax) throw new Error(`k6 wrote a line longer than ${lineBytesMax} bytes`);
  };
  const guarded = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      stream.destroy();
      fail(error);
    }
  };
  stream.on('data', (chunk: Buffer) => guarded(() => takeChunk(chunk)));
  stream.once('end', () => guarded(() => pendingBytes > 0 && flush(Buffer.alloc(0))));
}
