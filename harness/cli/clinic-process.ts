// Starts the reference clinic as a process of its own, as any deployment would run, and stops it again. The harness knows it
// only by its addresses.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { jsonOf } from '../json-of.ts';
import { tracesUrl } from '../otlp/export.ts';
import type { KeptClinic } from '../run-folder.ts';
import { Problem } from './problem.ts';

export interface ClinicFlags {
  readonly bug?: readonly string[];
  readonly toothless?: readonly string[];
  /** Parts that the clinic's rewatch switch leaves as they are. */
  readonly switchForgets?: readonly string[];
  readonly nodes?: number;
  readonly port?: number;
  readonly adminPort?: number;
  /** A file to which the clinic writes what it gave out, a line an answer. */
  readonly accessLog?: string;
  /** Address of an OpenTelemetry collector that the clinic tells of what it served. */
  readonly otlp?: string;
  /** `embedded` by default: nothing to install. `real`: PostgreSQL, Redis and nginx of this machine. */
  readonly topology?: 'embedded' | 'real';
  /** Recordings are re-encoded before they are stored: then only their picture tells whose they are. */
  readonly transcode?: boolean;
}

export interface RunningClinic {
  readonly url: string;
  readonly adminUrl: string;
  readonly runsOn: readonly string[];
  readonly secret: string;
  stop(): Promise<void>;
  /** Its exit code, whenever that is. */
  readonly ended: Promise<number>;
}

/** Of the flags, what the clinic's behaviour depends on. */
export const keptClinic = ({ bug, toothless, nodes, topology, transcode }: ClinicFlags): KeptClinic => ({
  ...(bug && { bug }),
  ...(toothless && { toothless }),
  ...(nodes !== undefined && { nodes }),
  ...(topology && { topology }),
  ...(transcode !== undefined && { transcode }),
});

const readySchema = z.object({
  ready: z.literal(true),
  url: z.url(),
  adminUrl: z.url(),
  /** The programs of this machine that it runs on, each as a line to print. */
  runsOn: z.array(z.string()).default([]),
});
const startMaxMs = 60_000;
/** The first time, Toxiproxy may have to be built. */
const realStartMaxMs = 400_000;
const stopMaxMs = 15_000;
const lastWordsLettersMax = 2_000;

export async function startClinic(
  flags: ClinicFlags,
  secret = randomBytes(24).toString('hex'),
): Promise<RunningClinic> {
  const child = spawn(process.execPath, [startFile(), ...argumentsOf(flags)], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, CROSSTALK_CLINIC_ADMIN_SECRET: secret },
    // Ctrl-C goes to the harness, which heals and removes its people before it stops the clinic.
    detached: true,
  });
  const ended = new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
  const lastWords = collect(child);
  const limitMs = flags.topology === 'real' ? realStartMaxMs : startMaxMs;
  const ready = await Promise.race([readyLine(child), ended, timeOut(limitMs)]);
  if (typeof ready !== 'object' || ready === null) {
    child.kill('SIGTERM');
    throw new Problem(lastWords() || `the clinic did not start within ${limitMs / 1_000} s`);
  }
  return { ...ready, secret, stop: () => stop(child, ended), ended };
}

const startFile = (): string => path.resolve(import.meta.dirname, '../../mocks/clinic/start.js');

function argumentsOf({
  bug = [],
  toothless = [],
  switchForgets = [],
  nodes = 2,
  port = 0,
  adminPort = 0,
  topology,
  accessLog,
  otlp,
  transcode = false,
}: ClinicFlags): string[] {
  return [
    '--with-parent',
    '--port',
    String(port),
    '--admin-port',
    String(adminPort),
    '--nodes',
    String(nodes),
    ...(topology === undefined ? [] : ['--topology', topology]),
    ...(accessLog === undefined ? [] : ['--access-log', accessLog]),
    ...(otlp === undefined ? [] : ['--otlp', tracesUrl(otlp)]),
    ...(transcode ? ['--transcode'] : []),
    ...bug.flatMap((name) => ['--bug', name]),
    ...toothless.flatMap((name) => ['--toothless', name]),
    ...switchForgets.flatMap((name) => ['--switch-forgets', name]),
  ];
}

async function readyLine(child: ChildProcess): Promise<z.infer<typeof readySchema> | null> {
  if (!child.stdout) return null;
  for await (const line of createInterface({ input: child.stdout })) {
    const parsed = readySchema.safeParse(jsonOf(line));
    if (parsed.success) return parsed.data;
  }
  return null;
}

function collect(child: ChildProcess): () => string {
  let words = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    words = (words + chunk.toString('utf8')).slice(-lastWordsLettersMax);
  });
  return () => words.trim();
}

function timeOut(limitMs: number): Promise<null> {
  return new Promise((resolve) => setTimeout(() => resolve(null), limitMs).unref());
}

/** A clinic that does not stop when asked loses its parent's pipe, and then its life. */
async function stop(child: ChildProcess, ended: Promise<number>): Promise<void> {
  child.kill('SIGTERM');
  child.stdin?.end();
  const killer = setTimeout(() => child.kill('SIGKILL'), stopMaxMs);
  await ended;
  clearTimeout(killer);
}

const bugSchema = z.object({
  id: z.string(),
  incident: z.string(),
  link: z.url().nullable(),
  topologies: z.array(z.enum(['embedded', 'real'])),
});
export type KnownBug = z.infer<typeof bugSchema>;

/** The clinic's bugs, asked of itself. */
export async function knownBugs(): Promise<KnownBug[]> {
  const child = spawn(process.execPath, [startFile(), '--list-bugs'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  for await (const chunk of child.stdout) text += chunk;
  return z.array(bugSchema).parse(JSON.parse(text));
}
