// Redis and Valkey, as they are: what an operator's mistake or a bad day does to the cache behind a deployment. Its own figures prove each.
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { environmentVariable } from './environment.ts';
import { type System, type SystemClient, secretIn, systemFault } from './system.ts';

const callMaxMs = 2_000;
/** Memory that is left of what is used when it is squeezed, in tenths. */
const squeezedTenths = 6;
/** It ends by itself, should nobody live to end it. */
const pauseMs = 4_000;
/** From the connection on; a server that answers is far sooner. */
const pingMaxMs = 400;
/** A busy machine is late by itself, but hardly twice. */
const looksInARow = 2;
const clientsKeptMax = 500;
/** Tells our connections from everybody else's. */
const ownName = 'crosstalk';

const schema = z.strictObject({
  use: z.literal('redis'),
  /** `redis://host:port/database`; `rediss` for TLS. */
  url: z.url({ protocol: /^rediss?$/ }).refine((url) => new URL(url).username === '' && new URL(url).password === '', {
    error: 'must hold no user and password; name their environment variables as usernameEnv and passwordEnv',
  }),
  usernameEnv: environmentVariable.optional(),
  passwordEnv: environmentVariable.optional(),
  /** Certificate of one's own authority, PEM. */
  caFile: z.string().min(1).optional(),
  /** What may be done to it. */
  faults: z.array(z.enum(['redis-flush', 'redis-cut', 'redis-pause', 'redis-squeeze'])).min(1),
});
type Config = z.infer<typeof schema>;

interface Redis extends SystemClient {
  /**
   * As in `['CLIENT', 'LIST']`, on a connection of its own: one that is paused or cut is nobody else's. The limit counts from when
   * it stands, for what it takes to get there says nothing of Redis.
   */
  command(words: readonly string[], limitMs?: number): Promise<unknown>;
  /** One figure of INFO. */
  figure(section: string, name: string): Promise<number>;
}

function connect(config: Config): Redis {
  const { host } = new URL(config.url);
  const username = secretIn(config.usernameEnv, `the user of Redis at ${host}`);
  const password = secretIn(config.passwordEnv, `the password of Redis at ${host}`);
  const ca = config.caFile === undefined ? undefined : readFileSync(config.caFile);

  async function command(words: readonly string[], limitMs = callMaxMs): Promise<unknown> {
    const { createClient } = await import('@redis/client');
    const client = createClient({
      url: config.url,
      RESP: 2,
      name: ownName,
      ...(username !== undefined && { username }),
      ...(password !== undefined && { password }),
      socket: {
        connectTimeout: callMaxMs,
        reconnectStrategy: false,
        ...(config.url.startsWith('rediss') && { tls: true as const, ...(ca && { ca }) }),
      },
    });
    // Told again by the call that fails; without a listener it would end the process.
    client.on('error', () => {});
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const say = (): void => reject(new Error(`Redis at ${host} did not answer ${words[0]} within ${limitMs} ms`));
      client.once('connect', () => {
        timer = setTimeout(say, limitMs);
      });
    });
    const asked = client.connect().then(() => client.sendCommand(words as string[]));
    asked.catch(() => {});
    try {
      return await Promise.race([asked, late]);
    } finally {
      clearTimeout(timer);
      client.destroy();
    }
  }

  return {
    command,
    async figure(section, name) {
      const info = String(await command(['INFO', section]));
      const line = info.split('\r\n').find((each) => each.startsWith(`${name}:`));
      return Number(/\d+/.exec(line?.slice(name.length + 1) ?? '')?.[0] ?? 0);
    },
    async reach() {
      await command(['PING']).catch((error: unknown) => {
        throw new Error(`Redis at ${host} can't be used: ${error instanceof Error ? error.message : error}`, {
          cause: error,
        });
      });
    },
  };
}

const fault = systemFault<Redis>();

const flushMemory = z.object({ entryCount: z.number(), flushCount: z.number() });
const flushCount = (redis: Redis): Promise<number> => redis.figure('commandstats', 'cmdstat_flushdb');

const flush = fault(flushMemory, {
  kind: 'redis-flush',
  summary: 'empties the database of Redis that the address names',
  defaultForMs: 1_500,
  plan: async (redis) => ({ entryCount: Number(await redis.command(['DBSIZE'])), flushCount: await flushCount(redis) }),
  inject: async (redis) => void (await redis.command(['FLUSHDB'])),
  prove: (redis, before) => async () => {
    if ((await flushCount(redis)) <= before.flushCount) return { bit: false, proof: 'Redis counted no FLUSHDB' };
    if (before.entryCount === 0) return { bit: false, proof: 'Redis was emptied but held nothing' };
    return { bit: true, proof: `Redis was emptied; it had held ${before.entryCount} entries` };
  },
  // It ends by itself; what it threw away is the clients' to rebuild.
  heal: async () => {},
  isHealed: async () => true,
});

/** The ids of its clients, ours left out; Redis never gives one twice. */
async function clientIds(redis: Redis): Promise<string[]> {
  const lines = String(await redis.command(['CLIENT', 'LIST', 'TYPE', 'normal'])).split('\n');
  const others = lines.filter((line) => line !== '' && !line.includes(` name=${ownName} `));
  return others.flatMap((line) => /^id=(\d+)/.exec(line)?.[1] ?? []).slice(0, clientsKeptMax);
}

const cut = fault(z.object({ clientIds: z.array(z.string()) }), {
  kind: 'redis-cut',
  summary: 'cuts the connection of every client of Redis',
  defaultForMs: 1_500,
  plan: async (redis) => ({ clientIds: await clientIds(redis) }),
  inject: async (redis) => void (await redis.command(['CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes'])),
  prove: (redis, before) => async () => {
    const now = new Set(await clientIds(redis));
    const gone = before.clientIds.filter((id) => !now.has(id)).length;
    return { bit: gone > 0, proof: `of ${before.clientIds.length} connections to Redis ${gone} are gone` };
  },
  heal: async () => {},
  isHealed: async () => true,
});

const answersSoon = (redis: Redis): Promise<boolean> =>
  redis.command(['PING'], pingMaxMs).then(
    () => true,
    () => false,
  );

const pause = fault(z.object({}), {
  kind: 'redis-pause',
  summary: `Redis takes commands and answers none for ${pauseMs} ms, then all at once`,
  defaultForMs: pauseMs,
  async plan(redis) {
    await redis.reach();
    return {};
  },
  inject: async (redis) => void (await redis.command(['CLIENT', 'PAUSE', String(pauseMs), 'ALL'])),
  prove(redis) {
    let inARow = 0;
    return async () => {
      inARow = (await answersSoon(redis)) ? 0 : inARow + 1;
      if (inARow === 0) return { bit: false, proof: 'Redis went on answering' };
      return {
        bit: inARow >= looksInARow,
        proof: `Redis left a PING unanswered for ${pingMaxMs} ms, ${inARow} in a row`,
      };
    };
  },
  // Its end is in the command: a paused Redis would not hear of another.
  heal: async () => {},
  isHealed: answersSoon,
});

const squeezeMemory = z.object({
  maxmemory: z.string(),
  policy: z.string(),
  squeezedBytes: z.number(),
  evictedCount: z.number(),
});

async function setting(redis: Redis, name: string): Promise<string> {
  const answer = await redis.command(['CONFIG', 'GET', name]);
  const value = Array.isArray(answer) ? answer[1] : undefined;
  if (typeof value === 'string') return value;
  throw new Error(`Redis does not tell its ${name}: it may forbid CONFIG, as hosted ones do; leave redis-squeeze out`);
}

const squeeze = fault(squeezeMemory, {
  kind: 'redis-squeeze',
  summary: `leaves Redis less memory than it uses, so that it throws out entries of any kind`,
  defaultForMs: 3_000,
  plan: async (redis) => ({
    maxmemory: await setting(redis, 'maxmemory'),
    policy: await setting(redis, 'maxmemory-policy'),
    squeezedBytes: Math.round(((await redis.figure('memory', 'used_memory')) * squeezedTenths) / 10),
    evictedCount: await redis.figure('stats', 'evicted_keys'),
  }),
  async inject(redis, { squeezedBytes }) {
    await redis.command(['CONFIG', 'SET', 'maxmemory-policy', 'allkeys-random']);
    await redis.command(['CONFIG', 'SET', 'maxmemory', String(squeezedBytes)]);
  },
  prove: (redis, before) => async () => {
    const evicted = (await redis.figure('stats', 'evicted_keys')) - before.evictedCount;
    return { bit: evicted > 0, proof: `Redis threw out ${evicted} entries for want of memory` };
  },
  async heal(redis, { maxmemory, policy }) {
    await redis.command(['CONFIG', 'SET', 'maxmemory', maxmemory]);
    await redis.command(['CONFIG', 'SET', 'maxmemory-policy', policy]);
  },
  isHealed: async (redis, { maxmemory, policy }) =>
    (await setting(redis, 'maxmemory')) === maxmemory && (await setting(redis, 'maxmemory-policy')) === policy,
});

export const redis: System<Config> = {
  use: 'redis',
  schema,
  hosts: ({ url }) => [new URL(url).hostname],
  connect,
  faults: [flush, cut, pause, squeeze],
};
