// Every trial of a replay or a shrinking, one JSON line each, as it is held: by it an interrupted shrinking goes on where it was, for
// what has been tried once is not tried again. Append-only; a line torn off by a kill is forgiven.
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import type { ExplicitPlan } from './explicit-plan.ts';

const trialSchema = z.object({
  t: z.literal('trial'),
  candidate: z.string(),
  outcome: z.enum(['reproduced', 'silent', 'void']),
  /** Of a void trial: why. */
  why: z.string().optional(),
  ms: z.number().nonnegative(),
  /** Of one that reproduced: by whom, and whose. */
  seen: z.object({ viewer: z.number().int().nullable(), owner: z.number().int() }).optional(),
});
const headSchema = z.object({ t: z.literal('head'), v: z.literal(1), of: z.string() });
const stepSchema = z.object({
  t: z.literal('step'),
  what: z.string(),
  decision: z.enum(['kept', 'rejected']),
  candidate: z.string(),
  hits: z.number().int(),
  trials: z.number().int(),
  size: z.string(),
  plan: z.unknown(),
});
const lineSchema = z.discriminatedUnion('t', [headSchema, trialSchema, stepSchema]);
export type LoggedTrial = Omit<z.infer<typeof trialSchema>, 't'>;
export type Seen = NonNullable<LoggedTrial['seen']>;
export type LoggedStep = Omit<z.infer<typeof stepSchema>, 't'>;

export interface TrialLog {
  trialsOf(candidate: string): readonly LoggedTrial[];
  readonly trialCount: number;
  trial(trial: LoggedTrial): void;
  step(step: LoggedStep): void;
}

/** What a candidate is known by: equal plans are one. */
export const candidateKey = (plan: ExplicitPlan): string =>
  createHash('sha256').update(JSON.stringify(plan)).digest('hex').slice(0, 12);

/** `of`: what the log is about (the finding, the run). A log of something else is begun anew. */
export function openTrialLog(file: string, of: string): TrialLog {
  const known = existsSync(file) ? linesIn(file) : [];
  const [head] = known;
  const goesOn = head?.t === 'head' && head.of === of;
  // Half a line at its end would swallow the next one.
  const kept = goesOn ? known : [{ t: 'head', v: 1, of } as const];
  writeFileSync(file, kept.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const byCandidate = new Map<string, LoggedTrial[]>();
  let trialCount = 0;
  const remember = (trial: LoggedTrial): void => {
    trialCount += 1;
    byCandidate.set(trial.candidate, [...(byCandidate.get(trial.candidate) ?? []), trial]);
  };
  for (const line of kept) if (line.t === 'trial') remember(line);
  const append = (line: object): void => appendFileSync(file, `${JSON.stringify(line)}\n`);
  return {
    trialsOf: (candidate) => byCandidate.get(candidate) ?? [],
    get trialCount() {
      return trialCount;
    },
    trial(trial) {
      remember(trial);
      append({ t: 'trial', ...trial });
    },
    step: (step) => append({ t: 'step', ...step }),
  };
}

function linesIn(file: string): z.infer<typeof lineSchema>[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((text) => {
      try {
        return [lineSchema.parse(JSON.parse(text))];
      } catch {
        return [];
      }
    });
}
