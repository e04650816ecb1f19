// Commands of one's own that break and mend whatever no provider knows. They prove nothing: a third one, the witness, is asked before and
// after. Its output is kept as a digest only, for it may tell more than a journal should.
import { createHash, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { markedBy, orphanOf } from './orphans.ts';
import { type CommandEnd, commandWords, programOf, runCommand } from './run-command.ts';
import { type System, type SystemClient, systemFault } from './system.ts';

/** Below what a fault's steps may take. */
const runMaxMs = 9_000;
const witnessMaxMs = 3_000;
const patternLettersMax = 200;

const pattern = z
  .string()
  .min(1)
  .max(patternLettersMax)
  .refine(
    (source) => isPattern(source),
    'must be a regular expression, as in "^drained$"; it is read with the flags m and u',
  );

const schema = z.strictObject({
  use: z.literal('command'),
  /** Breaks it. The words are written down with the drill: secrets go by the environment. */
  run: commandWords,
  /** Mends it; may be run again, and when nothing was broken. */
  heal: commandWords,
  /** Says how it is, and ends with 0. Changes nothing. */
  witness: commandWords,
  /** What the witness says when it is broken; by default anything else than before. */
  bittenWhen: pattern.optional(),
  /** What it says when it is whole; by default the same as before. */
  healedWhen: pattern.optional(),
  faults: z.array(z.enum(['command'])).min(1),
});
type Config = z.infer<typeof schema>;

function isPattern(source: string): boolean {
  try {
    return compiled(source) instanceof RegExp;
  } catch {
    return false;
  }
}
const compiled = (source: string): RegExp => new RegExp(source, 'mu');

interface Word {
  readonly code: number;
  readonly digest: string;
  readonly saysBitten: boolean | null;
  readonly saysHealed: boolean | null;
  readonly told: string;
}

interface Commands extends SystemClient {
  readonly volatileAllowed: boolean;
  ask(): Promise<Word>;
  break(id: string): Promise<void>;
  /** The process of another harness's `break` that is still at it. */
  stillBreaking(id: string): number | undefined;
  mend(): Promise<void>;
  /** Since the last `break`, by this process: nothing is asked for that again, for a step must end in its time. */
  readonly did: { broke: boolean; mended: boolean; seenWhole: boolean };
}

function connect(config: Config): Commands {
  const bitten = config.bittenWhen === undefined ? null : compiled(config.bittenWhen);
  const healed = config.healedWhen === undefined ? null : compiled(config.healedWhen);
  const did = { broke: false, mended: false, seenWhole: false };

  async function ask(): Promise<Word> {
    const { code, output, told } = await runCommand(config.witness, witnessMaxMs);
    return {
      code,
      digest: createHash('sha256').update(output).digest('hex'),
      saysBitten: bitten?.test(output) ?? null,
      saysHealed: healed?.test(output) ?? null,
      told: code === 0 ? 'ended with 0' : told,
    };
  }
  async function must(
    what: string,
    words: readonly string[],
    env?: Readonly<Record<string, string>>,
  ): Promise<CommandEnd> {
    const end = await runCommand(words, runMaxMs, env);
    if (end.code === 0) return end;
    throw new Error(`${what} (${programOf(words)}) ${end.told}`);
  }
  return {
    volatileAllowed: bitten !== null && healed !== null,
    did,
    ask,
    async break(id) {
      Object.assign(did, { broke: true, mended: false, seenWhole: false });
      await must('run', config.run, markedBy(id));
    },
    stillBreaking: (id) => (did.broke ? undefined : orphanOf(id, config.run, runMaxMs)),
    async mend() {
      await must('heal', config.heal);
      did.mended = true;
    },
    async reach() {
      const word = await ask();
      if (word.code !== 0)
        throw new Error(`the witness (${programOf(config.witness)}) ${word.told}, and must end with 0`);
    },
  };
}

const isBitten = (word: Word, before: string): boolean =>
  word.code === 0 && (word.saysBitten ?? word.digest !== before);
const isWhole = (word: Word, before: string): boolean => word.code === 0 && (word.saysHealed ?? word.digest === before);

const fault = systemFault<Commands>();

const command = fault(z.object({ id: z.string(), before: z.string() }), {
  kind: 'command',
  summary: 'runs a command of your own that breaks it, and another that mends it',
  defaultForMs: 3_000,
  async plan(commands) {
    await commands.reach();
    const before = await commands.ask();
    const again = await commands.ask();
    if (before.digest !== again.digest && !commands.volatileAllowed)
      throw new Error('the witness says something else each time: give bittenWhen and healedWhen, or have it say less');
    if (before.saysBitten === true)
      throw new Error('the witness says bittenWhen before anything is broken: mend it, or correct bittenWhen');
    if (before.saysHealed === false)
      throw new Error(
        'the witness does not say healedWhen though nothing is broken yet: mend it, or correct healedWhen',
      );
    return { id: randomUUID(), before: again.digest };
  },
  inject: (commands, { id }) => commands.break(id),
  prove:
    (commands, { before }) =>
    async () => {
      const word = await commands.ask();
      if (word.code !== 0) return { bit: false, proof: `the witness ${word.told}, so it proves nothing` };
      if (!isBitten(word, before))
        return {
          bit: false,
          proof:
            word.saysBitten === null ? 'the witness says the same as before' : 'the witness does not say bittenWhen',
        };
      return {
        bit: true,
        proof: word.saysBitten === null ? 'the witness says something else than before' : 'the witness says bittenWhen',
      };
    },
  async heal(commands, { id }) {
    const late = commands.stillBreaking(id);
    if (late !== undefined) throw new Error(`the command of the run that died is still going on (process ${late})`);
    // The first time whatever is seen, for the harm may come later than the look.
    if (!commands.did.mended || !commands.did.seenWhole) await commands.mend();
  },
  async isHealed(commands, { id, before }) {
    const { did } = commands;
    did.seenWhole = false;
    if (!did.mended || commands.stillBreaking(id) !== undefined) return false;
    const word = await commands.ask();
    did.seenWhole = isWhole(word, before);
    if (did.seenWhole) return true;
    throw new Error(
      word.code === 0
        ? 'heal was run, and the witness does not say what it says when whole'
        : `heal was run, and the witness ${word.told}`,
    );
  },
});

export const commands: System<Config> = {
  use: 'command',
  schema,
  // Whom its commands speak to is theirs to know.
  hosts: () => [],
  connect,
  faults: [command],
};
