// A written program, run as anybody would: where a clinic was started for the trials, on another that nobody ever used.
import { spawn } from 'node:child_process';
import { messageOf } from '../faults/bounded.ts';
import { leakedText } from '../reproduction/repro-program.ts';
import { withoutSecrets } from '../secrets.ts';
import { keptClinic, startClinic } from './clinic-process.ts';
import type { ReproInput } from './write-repro.ts';

const runMaxMs = 120_000;
/** After its end, for what it wrote last. */
const drainMaxMs = 1_000;
/** To remove its people, when it is asked to end. */
const leaveMaxMs = 10_000;
const wordsLettersMax = 300;
const textLettersMax = 2_000;

export type Alone =
  /** `words`: how often it took. */
  | { readonly kind: 'leaked'; readonly words: string }
  /** `words`: what it did instead. */
  | { readonly kind: 'silent'; readonly words: string }
  | { readonly kind: 'interrupted' };

/** A clinic that was started has a variable of its own, which nobody else knows. */
export const secretEnvOf = ({ stand }: Pick<ReproInput, 'stand'>): string =>
  stand.clinic ? 'CROSSTALK_CLINIC_ADMIN_SECRET' : stand.deployment.drill.target.adminSecretEnv;

export interface Place {
  readonly url: string;
  readonly adminUrl: string;
  readonly secret: string | undefined;
  leave(): Promise<void>;
}

export interface AloneInput {
  /** A new one for each time. */
  place(): Promise<Place>;
  readonly secretEnv: string;
  readonly signal: AbortSignal;
  /** After the first time, whether there is time for another. */
  spent(): boolean;
}

export async function runAlone(command: readonly string[], tries: number, input: AloneInput): Promise<Alone> {
  let words: string | undefined;
  for (let time = 1; time <= tries && (words === undefined || !input.spent()); time++) {
    if (input.signal.aborted) break;
    const did = await runOnce(command, input).catch(messageOf);
    if (did === null)
      return { kind: 'leaked', words: time === 1 ? '' : ` when it was run for the ${ordinalOf(time)} time` };
    if (input.signal.aborted) break;
    words = did;
  }
  return words === undefined ? { kind: 'interrupted' } : { kind: 'silent', words };
}

/** What it did instead; null: it leaked. */
async function runOnce(command: readonly string[], { place, secretEnv, signal }: AloneInput): Promise<string | null> {
  const { url, adminUrl, secret, leave } = await place();
  if (signal.aborted) {
    await leave();
    return 'interrupted';
  }
  const env = { URL: url, ADMIN_URL: adminUrl, ...(secret && { [secretEnv]: secret }) };
  const { ending, exitCode, text } = await run(command, env, signal).finally(leave);
  if (exitCode === 1 && text.includes(leakedText)) return null;
  const said = withoutSecrets(text.trim().replaceAll('\n', '; '), secret ? [secret] : []);
  return `${ending}: ${said.slice(0, wordsLettersMax)}`;
}

const ordinals: Readonly<Record<number, string>> = { 2: 'second', 3: 'third' };
const ordinalOf = (time: number): string => ordinals[time] ?? `${time}th`;

/** Where a program is run, as for anybody who is given it. */
export async function freshPlace({ recorded, stand }: Pick<ReproInput, 'recorded' | 'stand'>): Promise<Place> {
  const { clinic } = recorded.kept;
  if (stand.clinic !== null && clinic) {
    const started = await startClinic(keptClinic(clinic));
    return { url: started.url, adminUrl: started.adminUrl, secret: started.secret, leave: () => started.stop() };
  }
  await stand.freshen().catch(() => {});
  const { drill, adminSecret } = stand.deployment;
  const { url, adminUrl = url } = drill.target;
  return { url, adminUrl, secret: adminSecret, leave: async () => {} };
}

interface Ran {
  readonly exitCode: number | null;
  readonly ending: string;
  readonly text: string;
}

/** In a process group of its own, of which nobody outlives it: a shell's are several. */
async function run(
  [program = '', ...args]: readonly string[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Ran> {
  const child = spawn(program, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text = (text + chunk).slice(-textLettersMax);
    });
  }
  let isOverdue = false;
  const send = (what: NodeJS.Signals): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, what);
    } catch {
      // Nobody of it is left.
    }
  };
  const kill = (): void => send('SIGKILL');
  let impatience: NodeJS.Timeout | undefined;
  const ask = (): void => {
    send('SIGTERM');
    impatience ??= setTimeout(kill, leaveMaxMs);
  };
  const overdue = setTimeout(() => {
    isOverdue = true;
    ask();
  }, runMaxMs);
  signal.addEventListener('abort', ask);
  // Whoever leaves at once takes it along.
  process.once('exit', kill);
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  try {
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once('exit', resolve);
      child.once('error', reject);
    });
    kill();
    await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, drainMaxMs).unref())]);
    return { exitCode, ending: isOverdue ? `not done after ${runMaxMs / 1_000} s` : `exit code ${exitCode}`, text };
  } finally {
    clearTimeout(overdue);
    clearTimeout(impatience);
    signal.removeEventListener('abort', ask);
    process.off('exit', kill);
  }
}
