// A written program, run as anybody would: where a clinic was started for the trials, on another that nobody ever used.
import { spawn } from 'node:child_process';
import { messageOf } from '../faults/bounded.ts';
import { leakedText } from '../reproduction/repro-program.ts';
import { withoutSecrets } from '../secrets.ts';
import { keptClinic, startClinic } from './clinic-process.ts';
import type { ReproInput } from './write-repro.ts';

const runMaxMs = 120_000;
const wordsLettersMax = 300;
const textLettersMax = 2_000;

export interface Alone {
  readonly leaked: boolean;
  /** How often it took, or what it did instead. */
  readonly words: string;
}

/** A clinic that was started has a variable of its own, which nobody else knows. */
export const secretEnvOf = ({ stand }: ReproInput): string =>
  stand.clinic ? 'CROSSTALK_CLINIC_ADMIN_SECRET' : stand.deployment.drill.target.adminSecretEnv;

interface Place {
  readonly url: string;
  readonly adminUrl: string;
  readonly secret: string | undefined;
  leave(): Promise<void>;
}

export async function runAlone(command: readonly string[], tries: number, input: ReproInput): Promise<Alone> {
  let words = 'interrupted';
  for (let time = 1; time <= tries && !input.signal.aborted; time++) {
    const did = await runOnce(command, input).catch(messageOf);
    if (did === null)
      return {
        leaked: true,
        words: time === 1 ? '' : ` when it was run for the ${ordinals[time] ?? `${time}th`} time`,
      };
    words = did;
  }
  return { leaked: false, words };
}

/** What it did instead; null: it leaked. */
async function runOnce(command: readonly string[], input: ReproInput): Promise<string | null> {
  const place = await freshPlace(input);
  const { exitCode, text } = await run(command, {
    URL: place.url,
    ADMIN_URL: place.adminUrl,
    ...(place.secret && { [secretEnvOf(input)]: place.secret }),
  }).finally(() => place.leave());
  if (exitCode === 1 && text.includes(leakedText)) return null;
  const said = withoutSecrets(text.trim().replaceAll('\n', '; '), place.secret ? [place.secret] : []);
  return `exit code ${exitCode}: ${said.slice(0, wordsLettersMax)}`;
}

const ordinals: Readonly<Record<number, string>> = { 2: 'second', 3: 'third' };

async function freshPlace({ recorded, stand }: ReproInput): Promise<Place> {
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

async function run(
  [program = '', ...args]: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ readonly exitCode: number | null; readonly text: string }> {
  const child = spawn(program, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: runMaxMs,
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text = (text + chunk).slice(-textLettersMax);
    });
  }
  const exitCode = await new Promise<number | null>((resolve) => {
    child.once('close', resolve);
    child.once('error', () => resolve(null));
  });
  return { exitCode, text };
}
