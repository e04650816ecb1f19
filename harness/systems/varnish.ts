// Varnish, by its management port: a purge of everything and a change of configuration, as an operator would do them under load.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { messageOf } from '../faults/bounded.ts';
import { type System, type SystemClient, systemFault } from './system.ts';
import { varnishCommand } from './varnish-cli.ts';

const callMaxMs = 2_000;
/** It is translated to C and compiled; an injection may take 10 s. */
const compileMaxMs = 9_000;
const vclBytesMax = 256 * 1024;
const secretBytesMax = 64 * 1024;
const witnessMaxMs = 1_500;

const schema = z
  .strictObject({
    use: z.literal('varnish'),
    /** The management port, as `varnishd -T` has it. */
    address: z
      .string()
      .regex(/^(\[[0-9a-f:]+\]|[a-z0-9.-]+):\d{1,5}$/i, 'host and port of varnishd -T, as in 127.0.0.1:6082')
      .refine((address) => URL.canParse(`http://${address}`), { error: 'is no host and port' }),
    /** As `varnishd -S` has it. */
    secretFile: z.string().min(1).optional(),
    /** What varnish-ban bans. */
    ban: z
      .string()
      .regex(/^[^\r\n\0]+$/, 'one line, as in obj.http.x-tenant == 7')
      .default('req.url ~ .'),
    /** A page that Varnish keeps and shows to anybody: by it is seen that it was fetched anew. */
    witnessUrl: z
      .url({ protocol: /^https?$/ })
      .refine((url) => new URL(url).username === '' && new URL(url).password === '', {
        error: 'must hold no user and password; it is a page for anybody',
      })
      .optional(),
    /** The configuration that varnish-vcl loads, on this machine. */
    vclFile: z.string().min(1).optional(),
    /** What may be done to it. */
    faults: z.array(z.enum(['varnish-ban', 'varnish-vcl'])).min(1),
  })
  .refine(({ faults, vclFile }) => vclFile !== undefined || !faults.includes('varnish-vcl'), {
    path: ['vclFile'],
    error: 'varnish-vcl needs the file of the configuration that it is to load',
  });
type Config = z.infer<typeof schema>;

interface Varnish extends SystemClient {
  readonly config: Config;
  command(line: string, limitMs?: number): Promise<string>;
}

const hostOf = (address: string): string => new URL(`http://${address}`).hostname;

function connect(config: Config): Varnish {
  const { address, secretFile, vclFile } = config;
  const secret = secretFile === undefined ? undefined : secretOf(secretFile);
  const place = {
    host: hostOf(address).replace(/^\[|\]$/g, ''),
    port: Number(address.slice(address.lastIndexOf(':') + 1)),
    secret,
  };
  const problem = (error: unknown): Error =>
    new Error(`Varnish at ${address} can't do it: ${messageOf(error)}`, { cause: error });
  const command = (line: string, limitMs = callMaxMs): Promise<string> =>
    varnishCommand(place, line, limitMs).catch((error: unknown) => Promise.reject(problem(error)));
  return {
    config,
    command,
    async reach() {
      const state = await command('status');
      if (!state.includes('running')) throw problem(`${state.trim()}; start its child`);
      if (vclFile !== undefined) await vclOf(vclFile);
    },
  };
}

function secretOf(file: string): Buffer {
  const secret = readFileSync(file);
  if (secret.length <= secretBytesMax) return secret;
  throw new Error(`${file} is ${secret.length} bytes long; no secret of Varnish is beyond ${secretBytesMax}`);
}

async function vclOf(file: string): Promise<string> {
  const { size } = await stat(file);
  if (size > vclBytesMax) throw new Error(`${file} is ${size} bytes long; no configuration is beyond ${vclBytesMax}`);
  return readFile(file, 'utf8');
}

const fault = systemFault<Varnish>();

interface Ban {
  /** Seconds; no two have the same. */
  readonly at: number;
  /** How many objects have been held against it and none younger. */
  readonly objectCount: number;
  readonly what: string;
}

/** The youngest first. */
async function bansOf(varnish: Varnish): Promise<readonly Ban[]> {
  const lines = (await varnish.command('ban.list')).split('\n');
  return lines.flatMap((line) => {
    const [, at, objects, what = ''] = /^(\d+\.\d+) +(\d+) (?:C|-| )? *(.*)$/.exec(line) ?? [];
    return at === undefined ? [] : [{ at: Number(at), objectCount: Number(objects), what }];
  });
}

/** It writes them as it understands them, which is not always as they were written. */
const bare = (ban: string): string => ban.replace(/[\s"\\]/g, '');

/** The request that fetched what it keeps for the witness; null where it fetches it anew. */
async function keptFor(url: string): Promise<string | null> {
  const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(witnessMaxMs) });
  await answer.body?.cancel();
  return /^\d+ (\d+)$/.exec(answer.headers.get('x-varnish') ?? '')?.[1] ?? null;
}

const banMemory = z.object({
  ban: z.string(),
  lastAt: z.number(),
  objectCount: z.number(),
  kept: z.string().nullable(),
});

const ban = fault(banMemory, {
  kind: 'varnish-ban',
  summary: 'bans what Varnish keeps, all of it if the drill says nothing else',
  defaultForMs: 1_500,
  async plan(varnish) {
    const { ban: what, witnessUrl } = varnish.config;
    let kept: string | null = null;
    if (witnessUrl !== undefined) {
      // The first may be what brings it in.
      await keptFor(witnessUrl);
      kept = await keptFor(witnessUrl);
      if (kept === null)
        throw new Error(
          `Varnish does not keep ${witnessUrl}, or does not say so by X-Varnish: name another witnessUrl, or none`,
        );
    }
    const bans = await bansOf(varnish);
    const objectCount = bans.reduce((sum, each) => sum + each.objectCount, 0);
    return { ban: what, lastAt: bans[0]?.at ?? 0, objectCount, kept };
  },
  inject: async (varnish, { ban: what }) => void (await varnish.command(`ban ${what}`)),
  prove: (varnish, before) => async () => {
    const ours = (await bansOf(varnish)).some(({ at, what }) => at > before.lastAt && bare(what) === bare(before.ban));
    if (!ours) return { bit: false, proof: 'Varnish lists no such ban' };
    if (before.objectCount === 0) return { bit: false, proof: 'Varnish banned it, but kept nothing' };
    const { witnessUrl } = varnish.config;
    if (before.kept === null || witnessUrl === undefined)
      return { bit: true, proof: `Varnish lists the ban; it had kept ${before.objectCount} objects` };
    return (await keptFor(witnessUrl)) === before.kept
      ? { bit: false, proof: `Varnish lists the ban, but keeps ${witnessUrl} as before` }
      : { bit: true, proof: `Varnish lists the ban, and fetched ${witnessUrl} anew` };
  },
  // It ends by itself; what it threw away is fetched again.
  heal: async () => {},
  isHealed: async () => true,
});

interface Vcl {
  readonly name: string;
  readonly state: string;
}

async function vclsOf(varnish: Varnish): Promise<readonly Vcl[]> {
  const lines = (await varnish.command('vcl.list')).split('\n').map((line) => line.trim().split(/\s+/));
  // In Varnish 6 state and temperature are one word; a label names what it stands for behind its own name.
  return lines.flatMap(([state = '', ...rest]) => {
    const name = rest[rest[0]?.includes('/') ? 2 : 3];
    return name === undefined ? [] : [{ name, state }];
  });
}

const activeOf = (vcls: readonly Vcl[]): string | undefined => vcls.find(({ state }) => state === 'active')?.name;

const vclMemory = z.object({ name: z.string().regex(/^crosstalk-[0-9a-f]{12}$/), former: z.string() });

const vcl = fault(vclMemory, {
  kind: 'varnish-vcl',
  summary: 'has Varnish work with another configuration, then with its own again',
  defaultForMs: 3_000,
  async plan(varnish) {
    const former = activeOf(await vclsOf(varnish));
    if (former === undefined) throw new Error('Varnish has no configuration that is active');
    return { name: `crosstalk-${randomBytes(6).toString('hex')}`, former };
  },
  async inject(varnish, { name }) {
    const text = await vclOf(varnish.config.vclFile ?? '');
    const end = `end-${randomBytes(12).toString('hex')}`;
    await varnish.command(`vcl.inline ${name} << ${end}\n${text}\n${end}`, compileMaxMs);
    await varnish.command(`vcl.use ${name}`);
  },
  prove:
    (varnish, { name }) =>
    async () => {
      const active = activeOf(await vclsOf(varnish));
      return { bit: active === name, proof: `Varnish worked with the configuration ${active}` };
    },
  async heal(varnish, { name, former }) {
    const vcls = await vclsOf(varnish);
    // Whoever changed it meanwhile meant to.
    if (activeOf(vcls) === name) await varnish.command(`vcl.use ${former}`);
    if (vcls.some((each) => isThere(each, name))) await varnish.command(`vcl.discard ${name}`);
  },
  async isHealed(varnish, { name }) {
    return !(await vclsOf(varnish)).some((each) => isThere(each, name));
  },
});

/** One that is discarded stays on the list until its last request is over. */
const isThere = (each: Vcl, name: string): boolean => each.name === name && each.state !== 'discarded';

export const varnish: System<Config> = {
  use: 'varnish',
  schema,
  hosts: ({ address, witnessUrl }) => [
    hostOf(address),
    ...(witnessUrl === undefined ? [] : [new URL(witnessUrl).hostname]),
  ],
  connect,
  faults: [ban, vcl],
};
