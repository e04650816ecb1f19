// What shows a leak without the harness: `repro.ts` and `repro.sh`, made of what was said in a trial that leaked, and run before they are
// handed out.
import { spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { shownBy } from '../people/admin-client.ts';
import { loadZeroOf } from '../reproduction/plan-time.ts';
import type { Said } from '../reproduction/recorder.ts';
import { leakedText, type ProgramInput, reproProgram } from '../reproduction/repro-program.ts';
import { reproShell } from '../reproduction/repro-shell.ts';
import { CannotSayAgain, sayAgain } from '../reproduction/say-again.ts';
import { withoutSecrets } from '../secrets.ts';
import { type RecordedLeak, secretsIn } from './recorded-leak.ts';
import type { ReproInput } from './write-repro.ts';

interface Kind {
  readonly file: string;
  readonly command: readonly [string, ...string[]];
  text(input: ProgramInput): string | null;
  /** Why there may be none. */
  readonly lacks: string;
}

const kinds: readonly Kind[] = [
  {
    file: 'repro.ts',
    command: [process.execPath, '--import', import.meta.resolve('tsx')],
    text: reproProgram,
    lacks: 'it could not be written',
  },
  {
    file: 'repro.sh',
    command: ['bash'],
    text: reproShell,
    lacks: 'an answer must be taken apart that is no JSON, which repro.ts does',
  },
];

export interface Programs {
  readonly files: readonly string[];
  /** For each what it did when it was run, or why there is none. */
  readonly told: readonly string[];
}

export async function writePrograms(
  folder: string,
  input: ReproInput,
  leak: RecordedLeak | null,
  sentence: string,
): Promise<Programs> {
  const program = leak === null ? 'in the trials that were recorded it did not leak' : programOf(input, leak, sentence);
  const files: string[] = [];
  const told: string[] = [];
  for (const kind of kinds) {
    const file = path.join(folder, kind.file);
    rmSync(file, { force: true });
    const text = typeof program === 'string' ? null : kind.text(program);
    const why = text === null ? (typeof program === 'string' ? program : kind.lacks) : secretTrouble(text, input, leak);
    if (text === null || why !== null) {
      told.push(`There is no ${kind.file}: ${why}.`);
      continue;
    }
    writeFileSync(file, text);
    files.push(kind.file);
    told.push(await tryOut(kind, file, input));
  }
  return { files, told };
}

function secretTrouble(text: string, input: ReproInput, leak: RecordedLeak | null): string | null {
  const stands = [...secretsIn(input, leak?.lines ?? [])].find(([, secret]) => text.includes(secret));
  return stands === undefined ? null : `a secret (${stands[0]}) would have stood in it`;
}

/** Or why there can be none. */
function programOf(input: ReproInput, leak: RecordedLeak, sentence: string): ProgramInput | string {
  const { found, stand } = input;
  const { drill, target, adminSecret, leases } = stand.deployment;
  const { said, pulled } = leak.recorder;
  if (leases) return 'the accounts are leased, and are in a list that is not written here';
  if (target.enrolment.by === 'patients') return 'patients sign up by themselves, which it could not say again';
  if (found.plan.faults.length > 0 && pulled.length === 0)
    return 'what is broken is broken otherwise than over HTTP; `crosstalk confirm` plays the plan';
  const ended = leak.lines.find((line) => line.t === 'phase' && line.phase === 'load' && line.event === 'ended');
  const beganAt = loadZeroOf(leak.lines);
  try {
    return {
      sentence,
      said: sayAgain({
        ...{ said, pulled, secrets: secretsIn(input, leak.lines) },
        load: { beganAt, endedAt: ended?.t === 'phase' ? ended.at : beganAt },
        mustNotShow: ownersForbidden(input, leak),
      }),
      url: drill.target.url,
      adminUrl: drill.target.adminUrl ?? drill.target.url,
      adminSecretEnv: secretEnvOf(input),
      adminHeaders: adminSecret ? shownBy(target, '{{admin secret}}') : {},
    };
  } catch (error) {
    if (error instanceof CannotSayAgain) return error.message;
    throw error;
  }
}

/** The clinic of the trials has a variable of its own, which nobody else knows. */
const secretEnvOf = ({ stand }: ReproInput): string =>
  stand.clinic ? 'CROSSTALK_CLINIC_ADMIN_SECRET' : stand.deployment.drill.target.adminSecretEnv;

const foreignRules: ReadonlySet<string> = new Set([
  'foreign-listing',
  'foreign-identity',
  'foreign-recording',
  'session-swap',
]);

/** Where everybody has a right to their own alone, everybody else; else only what was seen in the trial. */
function ownersForbidden(
  { found, wanted }: ReproInput,
  { violation }: RecordedLeak,
): (said: Said) => readonly number[] {
  const { plan } = found;
  const shares = plan.sessions.some(({ steps }) => steps.some(({ action }) => action.kind === 'share'));
  return ({ actor, request, at }) => {
    const session = plan.sessions.find(({ id }) => id === actor);
    if (!session || `${request.method} ${request.route}` !== wanted.route) return [];
    if (foreignRules.has(wanted.rule) && !shares && session.patient !== null)
      return plan.people.filter((patient) => patient !== session.patient);
    return actor === violation.session && at >= violation.at - 1 ? [violation.owner] : [];
  };
}

const runMaxMs = 120_000;
const wordsLettersMax = 300;

/** Runs it as anybody would, and says what it did. */
async function tryOut(
  { file: name, command: [program, ...args] }: Kind,
  file: string,
  input: ReproInput,
): Promise<string> {
  const { drill, adminSecret } = input.stand.deployment;
  await input.stand.freshen().catch(() => {});
  const child = spawn(program, [...args, file], {
    env: {
      ...process.env,
      URL: drill.target.url,
      ADMIN_URL: drill.target.adminUrl ?? drill.target.url,
      ...(adminSecret && { [secretEnvOf(input)]: adminSecret }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: runMaxMs,
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text = (text + chunk).slice(-2_000);
    });
  }
  const exitCode = await new Promise<number | null>((resolve) => {
    child.once('close', resolve);
    child.once('error', () => resolve(null));
  });
  if (exitCode === 1 && text.includes(leakedText)) return `${name} was run alone, and leaked.`;
  const words = withoutSecrets(text.trim().replaceAll('\n', '; '), adminSecret ? [adminSecret] : []);
  return `${name} was run alone and did NOT show the leak (exit code ${exitCode}: ${words.slice(0, wordsLettersMax)}); \`crosstalk confirm\` plays the plan itself.`;
}
