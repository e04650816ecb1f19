// The edge of a content delivery network, purged by its API. Proved by a witness address whose answer came out of the edge's cache before the
// purge, and does not after it, or is younger than it was, though it would not have expired by itself.
import { z } from 'zod';
import { pause } from '../faults/bounded.ts';
import { type Freshness, freshnessOf } from './cached.ts';
import { type Answer, address, type Call, callerOf, callSchema, lookFields } from './call.ts';
import { environmentVariable } from './environment.ts';
import { type System, type SystemClient, secretIn, systemFault } from './system.ts';

/** Below what a fault's steps may take. */
const purgeMaxMs = 9_000;
const lookMaxMs = 2_500;
/** One that was stored just now can't be told from one that was stored again, nor one that never stays from one that was purged. */
const storedForS = 2;
/** An age is told in whole seconds, some round it up and some down. */
const ageErrorS = 1;
const warmMaxMs = 4_000;
const lookEveryMs = 250;
const id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'an id of letters, digits, _ and -');
const apiAddress = address.refine(
  (url) => url.startsWith('https:') || /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])[:/]/.test(`${url}/`),
  'must be https, for a token is sent there',
);

const purgeSchema = z.discriminatedUnion('preset', [
  /** Any call, where no preset is named. */
  callSchema.safeExtend({ preset: z.undefined().optional() }),
  z.strictObject({
    preset: z.literal('cloudflare'),
    zone: id,
    /** Holds an API token that may purge the zone's cache. */
    tokenEnv: environmentVariable,
    /** Only these addresses; by default everything. */
    files: z.array(address).min(1).max(30).optional(),
    apiUrl: apiAddress.default('https://api.cloudflare.com/client/v4'),
  }),
  z.strictObject({
    preset: z.literal('fastly'),
    service: id,
    /** Holds an API token that may purge the service. */
    tokenEnv: environmentVariable,
    /** Only what bears this surrogate key; by default everything. */
    surrogateKey: z
      .string()
      .regex(/^[\x21-\x7e]{1,256}$/, 'a key without spaces')
      .optional(),
    apiUrl: apiAddress.default('https://api.fastly.com'),
  }),
]);

const schema = z.strictObject({
  use: z.literal('cdn'),
  purge: purgeSchema,
  /** An address that the edge caches. */
  witness: z.strictObject(lookFields),
  faults: z.array(z.enum(['cdn-purge'])).min(1),
});
type Config = z.infer<typeof schema>;

/**
 * As documented: https://developers.cloudflare.com/api/resources/cache/methods/purge/ and
 * https://www.fastly.com/documentation/reference/api/purging/.
 */
function purgeCallOf(purge: Config['purge']): Call {
  if (purge.preset === undefined) return purge;
  if (purge.preset === 'cloudflare')
    return {
      method: 'POST',
      url: `${purge.apiUrl}/zones/${purge.zone}/purge_cache`,
      body: purge.files ? { files: purge.files } : { purge_everything: true },
    };
  const what = purge.surrogateKey === undefined ? 'purge_all' : `purge/${encodeURIComponent(purge.surrogateKey)}`;
  return {
    method: 'POST',
    url: `${purge.apiUrl}/service/${purge.service}/${what}`,
    headers: { accept: 'application/json' },
    headersEnv: { 'fastly-key': purge.tokenEnv },
  };
}

interface Edge extends SystemClient {
  purge(): Promise<void>;
  look(): Promise<Look>;
  readonly witness: string;
}
type Look = Freshness & { readonly status: number };

function connect({ purge, witness: wanted }: Config): Edge {
  const cloudflare = purge.preset === 'cloudflare';
  const token = cloudflare ? secretIn(purge.tokenEnv, 'the token of Cloudflare') : undefined;
  const purging = callerOf(purgeCallOf(purge), token === undefined ? {} : { authorization: `Bearer ${token}` });
  const witness = callerOf(wanted);
  const look = async (): Promise<Look> => {
    const answer = await witness.send(lookMaxMs);
    return { ...freshnessOf(answer), status: answer.status };
  };
  return {
    witness: witness.name,
    async purge() {
      const answer = await purging.mustDo(purgeMaxMs);
      if (cloudflare && !saysSuccess(answer)) throw new Error(`${purging.name} was answered without success`);
    },
    look,
    async reach() {
      const { status } = await look();
      if (status >= 400)
        throw new Error(
          `${witness.name} was answered with ${status}: name an address that the edge answers and caches`,
        );
    },
  };
}

function saysSuccess({ body }: Answer): boolean {
  try {
    return z.object({ success: z.literal(true) }).safeParse(JSON.parse(body)).success;
  } catch {
    return false;
  }
}

const fault = systemFault<Edge>();

const memorySchema = z.object({
  /** For a while. */
  cached: z.boolean(),
  ageS: z.number().nullable(),
  status: z.number(),
  told: z.string(),
  /** When it would expire by itself, on this machine's clock; null where nobody says. */
  expiresAtMs: z.number().nullable(),
});
type Memory = z.infer<typeof memorySchema>;

/** Reading it is what fills the cache. Resolves to what was seen last, and whether it had stayed for as long as is asked for. */
async function warmed(
  edge: Edge,
): Promise<{ readonly seen: Look; readonly stayed: boolean; readonly askedAtMs: number }> {
  const startedAt = Date.now();
  let since: number | null = null;
  for (;;) {
    const askedAtMs = Date.now();
    const seen = await edge.look();
    since = seen.cached === true ? (since ?? Date.now()) : null;
    // Where nobody says how old it is, it must be seen there all the while.
    const stayedS = seen.ageS ?? (since === null ? 0 : (Date.now() - since) / 1_000);
    const stayed = seen.cached === true && stayedS >= storedForS;
    if (stayed || Date.now() - startedAt >= warmMaxMs) return { seen, stayed, askedAtMs };
    await pause(lookEveryMs);
  }
}

const purge = fault(memorySchema, {
  kind: 'cdn-purge',
  summary: 'empties the edge of the content delivery network by its API',
  defaultForMs: 2_000,
  async plan(edge) {
    await edge.reach();
    const { seen, stayed, askedAtMs } = await warmed(edge);
    const { ageS, lifetimeS, status, told } = seen;
    const leftS = lifetimeS === null ? null : lifetimeS - (ageS ?? storedForS) - ageErrorS;
    const expiresAtMs = leftS === null ? null : askedAtMs + leftS * 1_000;
    return { cached: stayed, ageS, status, told, expiresAtMs };
  },
  inject: (edge) => edge.purge(),
  prove: (edge, before) => async () => {
    if (!before.cached)
      return {
        bit: false,
        proof: `${edge.witness} did not stay in the cache for ${storedForS} s before the purge (${before.told})`,
      };
    return judged(await edge.look(), before, edge.witness);
  },
  // It fills again by itself.
  heal: async () => {},
  isHealed: async () => true,
});

function judged(now: Look, before: Memory, witness: string): { bit: boolean; proof: string } {
  if (now.status !== before.status)
    return { bit: false, proof: `${witness} was answered with ${now.status}, and with ${before.status} before` };
  const younger = now.ageS !== null && before.ageS !== null && now.ageS < before.ageS;
  // Some caches say nothing at all of an answer that they had to fetch.
  if (now.cached === true && !younger)
    return { bit: false, proof: `${witness} still comes out of the cache as it was before the purge (${now.told})` };
  if (before.expiresAtMs !== null && Date.now() >= before.expiresAtMs)
    return { bit: false, proof: `${witness} had expired by itself, so it does not show whether it was purged` };
  const how = now.cached !== true ? 'did not come out of the cache any more' : `was only ${now.ageS} s old`;
  return { bit: true, proof: `${witness} ${how} after the purge (${before.told} before, ${now.told} now)` };
}

export const cdn: System<Config> = {
  use: 'cdn',
  schema,
  hosts: ({ purge, witness }) => [purgeCallOf(purge), witness].map(({ url }) => new URL(url).hostname),
  connect,
  faults: [purge],
};
