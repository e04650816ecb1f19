// One HTTP call that breaks and another that heals, whatever answers them; a third address, the witness, is looked at before and after.
import { z } from 'zod';
import { type Answer, callerOf, callSchema, lookFields } from './call.ts';
import { matches, seenSchema, toldAs } from './seen.ts';
import { type System, type SystemClient, systemFault } from './system.ts';

/** Below what a fault's steps may take. */
const callMaxMs = 9_000;
const lookMaxMs = 4_000;

const schema = z.strictObject({
  use: z.literal('http'),
  break: callSchema,
  /** May be called again, and when nothing was broken. */
  heal: callSchema,
  /** Changes nothing. What `whole` describes must be seen before and after, what `broken` describes in between. */
  witness: z.strictObject({ ...lookFields, broken: seenSchema, whole: seenSchema }),
  faults: z.array(z.enum(['http'])).min(1),
});
type Config = z.infer<typeof schema>;

interface Calls extends SystemClient {
  break(): Promise<void>;
  mend(): Promise<void>;
  look(): Promise<Look>;
  /** Since the last `break`, by this process: nothing is asked for that again, for a step must end in its time. */
  readonly did: { mended: boolean; seenWhole: boolean };
}
interface Look {
  readonly told: string;
  readonly broken: boolean;
  readonly whole: boolean;
}

function connect(config: Config): Calls {
  const { broken, whole, ...address } = config.witness;
  const [breaking, healing, witness] = [callerOf(config.break), callerOf(config.heal), callerOf(address)];
  const did = { mended: false, seenWhole: false };

  async function look(): Promise<Look> {
    const answer = await witness.send(lookMaxMs).catch((): Answer | null => null);
    return {
      told: `${witness.name}: ${toldAs(answer)}`,
      broken: matches(answer, broken),
      whole: matches(answer, whole),
    };
  }
  return {
    async break() {
      Object.assign(did, { mended: false, seenWhole: false });
      await breaking.mustDo(callMaxMs);
    },
    async mend() {
      await healing.mustDo(callMaxMs);
      did.mended = true;
    },
    did,
    look,
    async reach() {
      const seen = await look();
      if (seen.broken)
        throw new Error(
          `the witness shows what "broken" describes though nothing is broken yet (${seen.told}): mend it, or correct witness.broken`,
        );
      if (!seen.whole)
        throw new Error(
          `the witness does not show what "whole" describes (${seen.told}): mend it, or correct witness.whole`,
        );
    },
  };
}

const fault = systemFault<Calls>();

const http = fault(z.object({}), {
  kind: 'http',
  summary: 'makes an HTTP call that breaks it, and another that mends it',
  defaultForMs: 3_000,
  async plan(calls) {
    await calls.reach();
    return {};
  },
  inject: (calls) => calls.break(),
  prove: (calls) => async () => {
    const { broken, told } = await calls.look();
    return {
      bit: broken,
      proof: `the witness ${broken ? 'shows' : 'does not show'} what "broken" describes (${told})`,
    };
  },
  async heal({ did, mend }) {
    // The first time whatever is seen, for the harm may come later than the look.
    if (!did.mended || !did.seenWhole) await mend();
  },
  async isHealed({ did, look }) {
    did.seenWhole = false;
    if (!did.mended) return false;
    const { whole, told } = await look();
    did.seenWhole = whole;
    if (whole) return true;
    throw new Error(`the healing call went through, and the witness does not show what "whole" describes (${told})`);
  },
});

export const httpCalls: System<Config> = {
  use: 'http',
  schema,
  hosts: (config) => [config.break, config.heal, config.witness].map(({ url }) => new URL(url).hostname),
  connect,
  faults: [http],
};
