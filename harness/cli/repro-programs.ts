// What shows a leak without the harness: `repro.ts` and `repro.sh`, made of what was said in a trial that leaked, and run before they are
// handed out.
import { rmSync } from 'node:fs';
import path from 'node:path';
import { shownBy } from '../people/admin-client.ts';
import { loadZeroOf } from '../reproduction/plan-time.ts';
import type { Said } from '../reproduction/recorder.ts';
import { type ProgramInput, reproProgram } from '../reproduction/repro-program.ts';
import { reproShell } from '../reproduction/repro-shell.ts';
import { CannotSayAgain, type Request, sayAgain } from '../reproduction/say-again.ts';
import { recordArrivals } from './arrivals.ts';
import { type RecordedLeak, secretsIn } from './recorded-leak.ts';
import { type AloneInput, freshPlace, secretEnvOf } from './run-alone.ts';
import { firstThatLeaks, interrupted, type Kind, type Way } from './try-program.ts';
import type { ReproInput } from './write-repro.ts';

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
  if (input.signal.aborted) return { files: [], told: kinds.map(({ file }) => interrupted(path.join(folder, file))) };
  const program = leak === null ? 'in the trials that were recorded it did not leak' : programOf(input, leak, sentence);
  if (leak === null || typeof program === 'string') {
    for (const { file } of kinds) rmSync(path.join(folder, file), { force: true });
    return { files: [], told: kinds.map(({ file }) => `There is no ${file}: ${program}.`) };
  }
  const ways = waysOf(program, input, secretsIn(input.found.plan, input.stand, leak.lines));
  const trying: AloneInput = {
    ...{ place: () => freshPlace(input), secretEnv: secretEnvOf(input), signal: input.signal },
    spent: () => Date.now() > input.until,
  };
  const files: string[] = [];
  const told: string[] = [];
  for (const kind of kinds) {
    const made = await firstThatLeaks(kind, path.join(folder, kind.file), ways, trying);
    if (made.isThere) files.push(kind.file);
    told.push(made.told);
    if (made.way) ways.prefer(made.way);
  }
  return { files, told };
}

export interface Ways extends AsyncIterable<Way> {
  /** What the one program needed to show it, the other is likely to need. */
  prefer(way: Way): void;
}

/** Moves a balancer on. No other asks for it, or a cache would answer. */
const turn: Request = { actor: 'turn', atMs: 0, method: 'GET', url: '/?turn={{password turn}}' };

/** What a program may need to show it on a clinic that nobody ever used, the least first: most need nothing. */
function waysOf(program: ProgramInput, input: ReproInput, secrets: ReadonlyMap<string, string>): Ways {
  const known: Way[] = [{ program, secrets }];
  let isWhole = input.stand.clinic === null;
  return {
    async *[Symbol.asyncIterator]() {
      const tried = new Set<Way>();
      for (const way of known) {
        tried.add(way);
        yield way;
      }
      if (!isWhole && !input.signal.aborted && Date.now() <= input.until) {
        isWhole = true;
        const arrivals = await recordArrivals(input);
        if (arrivals !== null) {
          const all = new Map([...secrets, ...prefixed(arrivals.secrets)]);
          for (const before of [arrivals.requests, [...arrivals.requests, turn]])
            known.push({ program: { ...program, before }, secrets: all });
        }
      }
      yield* known.filter((way) => !tried.has(way));
    },
    prefer(way) {
      known.sort((one, other) => Number(other === way) - Number(one === way));
    },
  };
}

/** Those of another trial have other passwords under the same names. */
const prefixed = (secrets: ReadonlyMap<string, string>): (readonly [string, string])[] =>
  [...secrets].map(([name, secret]) => [`${name}, of before`, secret]);

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
