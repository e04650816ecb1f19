// What shows a leak without the harness: `repro.ts` and `repro.sh`, made of what was said in a trial that leaked, and run before they are
// handed out.
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { shownBy } from '../people/admin-client.ts';
import { loadZeroOf } from '../reproduction/plan-time.ts';
import type { Said } from '../reproduction/recorder.ts';
import { type ProgramInput, reproProgram } from '../reproduction/repro-program.ts';
import { reproShell } from '../reproduction/repro-shell.ts';
import { CannotSayAgain, type Request, sayAgain } from '../reproduction/say-again.ts';
import { recordArrivals } from './arrivals.ts';
import { type RecordedLeak, secretsIn } from './recorded-leak.ts';
import { type Alone, runAlone, secretEnvOf } from './run-alone.ts';
import type { ReproInput } from './write-repro.ts';

interface Kind {
  readonly file: string;
  readonly command: readonly [string, ...string[]];
  /** How often it is run until it leaks. */
  readonly tries: number;
  text(input: ProgramInput): string | null;
  /** Why there may be none. */
  readonly lacks: string;
}

const kinds: readonly Kind[] = [
  {
    file: 'repro.ts',
    command: [process.execPath, '--import', import.meta.resolve('tsx')],
    // It has rounds of its own.
    tries: 1,
    text: reproProgram,
    lacks: 'it could not be written',
  },
  {
    file: 'repro.sh',
    command: ['bash'],
    tries: 3,
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
  for (const { file } of kinds) rmSync(path.join(folder, file), { force: true });
  const program = leak === null ? 'in the trials that were recorded it did not leak' : programOf(input, leak, sentence);
  if (leak === null || typeof program === 'string')
    return { files: [], told: kinds.map(({ file }) => `There is no ${file}: ${program}.`) };
  const secrets = secretsIn(input.found.plan, input.stand, leak.lines);
  const files: string[] = [];
  const told: string[] = [];
  let needed: ProgramInput | undefined;
  for (const kind of kinds) {
    // What the one needed to show it, the other needs.
    const ways = needed ? [needed] : waysOf(program, input);
    const made = await firstThatLeaks(kind, path.join(folder, kind.file), { input, secrets, ways });
    if (typeof made === 'string') {
      told.push(`There is no ${kind.file}: ${made}.`);
    } else {
      files.push(kind.file);
      told.push(made.told);
      needed = made.way;
    }
  }
  return { files, told };
}

/** Moves a balancer on. No other asks for it, or a cache would answer. */
const turn: Request = { actor: 'turn', atMs: 0, method: 'GET', url: '/?turn={{password turn}}' };

/** What a program may need to show it on a clinic that nobody ever used, the least first: most need nothing. */
async function* waysOf(program: ProgramInput, input: ReproInput): AsyncGenerator<ProgramInput> {
  yield program;
  if (input.stand.clinic === null) return;
  const before = await recordArrivals(input);
  if (before === null) return;
  yield { ...program, before };
  yield { ...program, before: [...before, turn] };
}

interface Made {
  readonly way: ProgramInput;
  readonly told: string;
}

/** Leaves the first in the file if none leaks. Answers why there is none at all. */
async function firstThatLeaks(
  kind: Kind,
  file: string,
  from: {
    readonly input: ReproInput;
    readonly secrets: ReadonlyMap<string, string>;
    readonly ways: AsyncIterable<ProgramInput> | Iterable<ProgramInput>;
  },
): Promise<Made | string> {
  let first: { readonly way: ProgramInput; readonly text: string; readonly ran: Alone } | undefined;
  for await (const way of from.ways) {
    if (first && from.input.signal.aborted) break;
    const text = kind.text(way);
    if (text === null) return kind.lacks;
    const stands = [...from.secrets].find(([, secret]) => text.includes(secret));
    if (stands) return `a secret (${stands[0]}) would have stood in it`;
    writeFileSync(file, text);
    const ran = await runAlone([...kind.command, file], kind.tries, from.input);
    if (ran.leaked) return { way, told: `${kind.file} was run alone, and leaked${ran.words}.` };
    first ??= { way, text, ran };
  }
  if (first === undefined) return kind.lacks;
  writeFileSync(file, first.text);
  return {
    way: first.way,
    told: `${kind.file} was run alone and did NOT show the leak (${first.ran.words}); \`crosstalk confirm\` plays the plan itself.`,
  };
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
        ...{ said, pulled, secrets: secretsIn(found.plan, stand, leak.lines) },
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
