// What the reference clinic itself says of the answers that left it: its access log names each answer's ids and stored files, its
// truth whose they are. Neither knows of canaries, so log and oracle can't be wrong in the same way.
import { z } from 'zod';
import { patientIndex } from '../../fixtures/domain.ts';
import { emailOf } from '../../fixtures/words.ts';

const witnessed = { uuids: z.array(z.string()), members: z.array(z.string()) };
const answerSchema = z.object({
  kind: z.literal('answer'),
  requestId: z.string(),
  served: z.string().nullable(),
  ...witnessed,
});
const mailSchema = z.object({ kind: z.literal('mail'), to: z.string(), at: z.coerce.date(), ...witnessed });
const logSchema = z.discriminatedUnion('kind', [answerSchema, mailSchema]);
const truthSchema = z.object({
  kind: z.enum(['patient', 'consultation', 'recording', 'media']),
  id: z.string(),
  email: z.string(),
  consultationId: z.string().nullable(),
});

export type ServedAnswer = z.infer<typeof answerSchema>;
export type SentMail = z.infer<typeof mailSchema>;

/** A thing of some patient. An id that was issued twice is two things; so is what one wrote and the clinic keeps as another's. */
export interface Thing {
  readonly kind: z.infer<typeof truthSchema>['kind'];
  readonly id: string;
  /** Itself, or the one that a recording or its bytes belong to; null for a patient. */
  readonly consultationId: string | null;
  /** Patient index. */
  readonly owner: number;
}

export interface Account {
  readonly answers: ReadonlyMap<string, ServedAnswer>;
  readonly mails: readonly SentMail[];
  thingsOf(id: string): readonly Thing[];
}

const linesOf = (text: string): unknown[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

/**
 * `patients` are those of the run; things of others belong to earlier ones. `authorsOf`: who booked a consultation, for the
 * clinic knows only whose record it went into.
 */
export function readAccount(
  log: string,
  truth: string,
  run: number,
  patients: Iterable<number>,
  authorsOf: (consultationId: string) => readonly number[] = () => [],
): Account {
  const lines = linesOf(log).map((line) => logSchema.parse(line));
  const indexOf = new Map<string, number>();
  for (const patient of patients) indexOf.set(emailOf(run, patientIndex(patient)).toLowerCase(), patient);
  const things = new Map<string, Thing[]>();
  for (const line of linesOf(truth)) {
    const { kind, id, email, consultationId } = truthSchema.parse(line);
    const owner = indexOf.get(email.toLowerCase());
    if (owner === undefined) continue;
    const of = kind === 'consultation' ? id : consultationId;
    const owners = new Set([owner, ...(of === null ? [] : authorsOf(of))]);
    const made = [...owners].map((each) => ({ kind, id, owner: each, consultationId: of }));
    things.set(id, [...(things.get(id) ?? []), ...made]);
  }
  return {
    answers: new Map(lines.flatMap((line) => (line.kind === 'answer' ? [[line.requestId, line] as const] : []))),
    mails: lines.filter((line) => line.kind === 'mail'),
    thingsOf: (id) => things.get(id) ?? [],
  };
}
