// A Toxiproxy that stands between a deployment and something it needs: our own toxics are put on one of its proxies and taken off again,
// anybody else's are left alone. Each is proved by a connection of ours through the proxy, for the API only says what it was told.
import { z } from 'zod';
import { jsonOf } from '../json-of.ts';
import { address, callerOf } from './call.ts';
import { observeConnection, type Sight } from './connection.ts';
import { type System, type SystemClient, type SystemSteps, systemFault } from './system.ts';

const callMaxMs = 3_000;
/** Of a connection that is well; a look may take 5 s. */
const answerMaxMs = 3_500;
const silentMs = 1_200;
/** Of the latency that was asked for, what must be seen beyond the usual, in tenths. */
const seenTenths = 8;
const shownLettersMax = 160;
/** A busy machine is late by itself, but hardly twice. */
const looksInARow = 2;

const schema = z.strictObject({
  use: z.literal('toxiproxy'),
  /** Of its API. */
  url: address,
  /** Name of the proxy in it. */
  proxy: z.string().regex(/^[^/\s]{1,100}$/, 'the name of a proxy, without slashes and spaces'),
  /** Where the proxy is reached from here, when that is not its port at the host of the API. */
  address: z
    .string()
    .regex(/^([A-Za-z0-9.-]+|\[[0-9a-f:]+\]):[1-9]\d{0,4}$/, 'host:port')
    .optional(),
  /** What the server behind it answers to, one letter a byte. PostgreSQL: '\0\0\0\b\u0004\u00d2\u0016/'. */
  send: z
    .string()
    .min(1)
    .max(1_024)
    .regex(/^[\0-\xff]*$/, 'letters up to \\u00ff, one a byte')
    .default('PING\r\n'),
  latencyMs: z.number().int().min(50).max(2_000).default(300),
  faults: z.array(z.enum(['toxiproxy-latency', 'toxiproxy-reset', 'toxiproxy-down', 'toxiproxy-half-open'])).min(1),
});
type Config = z.infer<typeof schema>;

const proxySchema = z.object({
  listen: z.string(),
  enabled: z.boolean(),
  toxics: z.array(z.object({ name: z.string() })).nullish(),
});
type Proxy = z.infer<typeof proxySchema>;

interface Toxic {
  readonly name: `crosstalk-${string}`;
  readonly type: 'latency' | 'reset_peer' | 'timeout';
  /** Downstream is towards the client. */
  readonly stream: 'upstream' | 'downstream';
  readonly attributes: Readonly<Record<string, number>>;
}

interface Toxiproxy extends SystemClient {
  readonly latencyMs: number;
  /** For sentences. */
  readonly name: string;
  state(): Promise<Proxy>;
  enable(on: boolean): Promise<void>;
  poison(toxic: Toxic): Promise<void>;
  cure(name: Toxic['name']): Promise<void>;
  observe(limitMs?: number): Promise<Sight>;
}

function connect(config: Config): Toxiproxy {
  const api = config.url.replace(/\/+$/, '');
  const name = `the proxy ${config.proxy}`;
  const path = `/proxies/${encodeURIComponent(config.proxy)}`;
  const proxyUrl = `${api}${path}`;
  const refused = (what: string, status: number, body: string): Error =>
    new Error(`Toxiproxy answered ${what} of ${config.proxy} with ${status}: ${body.slice(0, shownLettersMax).trim()}`);

  async function tell(what: string, method: string, url: string, body?: Record<string, z.core.util.JSONType>) {
    const answer = await callerOf({ method, url, ...(body && { body }) }).send(callMaxMs);
    if (answer.status >= 300 && !(method === 'DELETE' && answer.status === 404))
      throw refused(what, answer.status, answer.body);
    return answer;
  }
  async function state(): Promise<Proxy> {
    const { status, body } = await callerOf({ url: proxyUrl }).send(callMaxMs);
    if (status === 404)
      throw new Error(`Toxiproxy at ${api} has no proxy called ${config.proxy}: correct its name, or create it`);
    if (status !== 200) throw refused('the state', status, body);
    const parsed = proxySchema.safeParse(jsonOf(body));
    if (parsed.success) return parsed.data;
    throw new Error(`what answers at ${api} is no Toxiproxy: correct its url`);
  }
  async function observe(limitMs = answerMaxMs): Promise<Sight> {
    const given = config.address ?? `${new URL(api).hostname}:${portOf((await state()).listen)}`;
    const colon = given.lastIndexOf(':');
    return observeConnection(given.slice(0, colon), Number(given.slice(colon + 1)), config.send, limitMs);
  }
  return {
    latencyMs: config.latencyMs,
    name,
    state,
    enable: async (enabled) => void (await tell('the switch', 'POST', proxyUrl, { enabled })),
    async poison({ name: toxic, type, stream, attributes }) {
      await tell('a toxic', 'POST', `${proxyUrl}/toxics`, { name: toxic, type, stream, toxicity: 1, attributes });
    },
    cure: async (toxic) => void (await tell('a toxic', 'DELETE', `${proxyUrl}/toxics/${toxic}`)),
    observe,
    async reach() {
      const { enabled, toxics } = await state();
      if (!enabled) throw new Error(`${name} is switched off already: enable it, or run \`crosstalk heal\``);
      const ours = (toxics ?? []).find((toxic) => toxic.name.startsWith('crosstalk-'));
      if (ours) throw new Error(`${name} still has the toxic ${ours.name}: run \`crosstalk heal\`, or remove it`);
      const { what } = await observe();
      if (what !== 'answered')
        throw new Error(
          `a connection through ${name} was ${what} when ${JSON.stringify(config.send)} was sent: see that its server runs, give its address if it isn't at the host of the API, and set send to what that server answers`,
        );
    },
  };
}

const portOf = (listen: string): number => Number(listen.slice(listen.lastIndexOf(':') + 1));

const memorySchema = z.object({ usualMs: z.number() });
type Memory = z.infer<typeof memorySchema>;
type Steps = SystemSteps<Toxiproxy, Memory>;

async function plan(toxiproxy: Toxiproxy): Promise<Memory> {
  await toxiproxy.reach();
  const sights = [await toxiproxy.observe(), await toxiproxy.observe(), await toxiproxy.observe()];
  // The one in the middle: a single late one, on a busy machine, would hide the latency that is to be seen.
  const [, usualMs = 0] = sights.map(({ ms }) => ms).sort((one, other) => one - other);
  return { usualMs };
}

const fault = systemFault<Toxiproxy>();

interface Poisoned {
  readonly kind: string;
  readonly summary: string;
  toxics(latencyMs: number): readonly Toxic[];
  /** How long a look waits for a byte. */
  readonly lookMaxMs?: number;
  showsIt(sight: Sight, usualMs: number, latencyMs: number): boolean;
}

function poisoned({ kind, summary, toxics, lookMaxMs, showsIt }: Poisoned) {
  const names = toxics(0).map(({ name }) => name);
  return fault<Memory>(memorySchema, {
    kind,
    summary,
    defaultForMs: 3_000,
    plan,
    async inject(toxiproxy) {
      for (const toxic of toxics(toxiproxy.latencyMs)) await toxiproxy.poison(toxic);
    },
    prove(toxiproxy, { usualMs }) {
      let inARow = 0;
      return async () => {
        const isOn = (await namesOn(toxiproxy)).some((name) => names.includes(name as Toxic['name']));
        if (!isOn) return { bit: false, proof: `${toxiproxy.name} has no toxic of ours` };
        const sight = await toxiproxy.observe(lookMaxMs);
        inARow = showsIt(sight, usualMs, toxiproxy.latencyMs) ? inARow + 1 : 0;
        return { bit: inARow >= looksInARow, proof: proofOf(toxiproxy, sight, usualMs) };
      };
    },
    async heal(toxiproxy) {
      for (const name of names) await toxiproxy.cure(name);
    },
    isHealed: async (toxiproxy) => !(await namesOn(toxiproxy)).some((name) => names.includes(name as Toxic['name'])),
  });
}

const namesOn = async (toxiproxy: Toxiproxy): Promise<string[]> =>
  ((await toxiproxy.state()).toxics ?? []).map(({ name }) => name);

const proofOf = ({ name }: Toxiproxy, { what, ms }: Sight, usualMs: number): string =>
  `a connection through ${name} was ${what} after ${ms} ms, and answered after ${usualMs} ms before`;

const latency = poisoned({
  kind: 'toxiproxy-latency',
  summary: 'what comes back through the proxy comes late',
  toxics: (latencyMs) => [
    { name: 'crosstalk-latency', type: 'latency', stream: 'downstream', attributes: { latency: latencyMs, jitter: 0 } },
  ],
  showsIt: ({ what, ms }, usualMs, latencyMs) => what === 'answered' && (ms - usualMs) * 10 >= latencyMs * seenTenths,
});

const reset = poisoned({
  kind: 'toxiproxy-reset',
  summary: 'the proxy resets connections as soon as something is sent',
  toxics: () => [{ name: 'crosstalk-reset', type: 'reset_peer', stream: 'upstream', attributes: { timeout: 0 } }],
  showsIt: ({ what }) => what === 'reset',
});

const swallow = { type: 'timeout', attributes: { timeout: 0 } } as const;
const halfOpen = poisoned({
  kind: 'toxiproxy-half-open',
  summary: 'bytes vanish in the proxy in both directions, connections stay',
  toxics: () => [
    { name: 'crosstalk-half-open-up', stream: 'upstream', ...swallow },
    { name: 'crosstalk-half-open-down', stream: 'downstream', ...swallow },
  ],
  lookMaxMs: silentMs,
  showsIt: ({ what }, usualMs) => what === 'silent' && usualMs * 2 < silentMs,
});

const prove: Steps['prove'] =
  (toxiproxy, { usualMs }) =>
  async () => {
    if ((await toxiproxy.state()).enabled) return { bit: false, proof: `${toxiproxy.name} is switched on` };
    const sight = await toxiproxy.observe(silentMs);
    // In front of a published port of a container something else takes the connection, and drops it.
    return { bit: ['refused', 'reset', 'closed'].includes(sight.what), proof: proofOf(toxiproxy, sight, usualMs) };
  };
const down = fault<Memory>(memorySchema, {
  kind: 'toxiproxy-down',
  summary: 'the proxy is switched off: connections end, and new ones are refused',
  defaultForMs: 3_000,
  plan,
  inject: (toxiproxy) => toxiproxy.enable(false),
  prove,
  heal: (toxiproxy) => toxiproxy.enable(true),
  isHealed: async (toxiproxy) => (await toxiproxy.state()).enabled,
});

export const toxiproxy: System<Config> = {
  use: 'toxiproxy',
  schema,
  hosts: ({ url, address: given }) =>
    [url, ...(given === undefined ? [] : [`tcp://${given}`])].map((each) => new URL(each).hostname),
  connect,
  faults: [latency, reset, down, halfOpen],
};
