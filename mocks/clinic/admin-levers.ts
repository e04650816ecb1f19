// The levers by which faults are made and mended, and the state that shows whether they were. A lever that was made toothless
// answers as ever and does nothing, so that it can be tested whether a drill notices.
import type { IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { type Answer, json, noContent, Refusal, readJson } from './http.ts';
import type { CacheSetting } from './messages.ts';
import type { ClinicOptions, ToothlessFault } from './options.ts';
import type { LinkName, LinksPart } from './parts.ts';
import type { DeployStrategy } from './rollout.ts';
import type { Deployment } from './supervisor.ts';

type Body = Readonly<Record<string, unknown>>;
type Act = (request: IncomingMessage, ids: readonly string[]) => Promise<Answer>;

const onTheirWayMs = 250;
const latencyMsMax = 10_000;
const lagMsMax = 10_000;
const entryCountMaxMax = 1_000_000;
const signals = ['SIGKILL', 'SIGSTOP', 'SIGCONT'] as const;
const cacheModes = ['ok', 'slow', 'down', 'paused'] as const;
const linkModes = ['ok', 'slow', 'reset', 'down', 'half-open'] as const;
const accepted: Answer = json(202, { rolling: true });

const faultOfCacheMode = { slow: 'cache-slow', down: 'cache-down', paused: 'cache-pause' } as const;
const faultOfLinkMode = {
  cache: { slow: 'cache-slow', reset: 'cache-reset', down: 'cache-down', 'half-open': 'cache-half-open' },
  database: {
    slow: 'database-slow',
    reset: 'database-reset',
    down: 'database-down',
    'half-open': 'database-half-open',
  },
} as const;

export function createLevers(deployment: Deployment, options: ClinicOptions): Readonly<Record<string, Act>> {
  const bites = (fault: ToothlessFault): boolean => !options.toothless.has(fault);
  return {
    'GET /state': () => stateOf(deployment, options),
    ...cacheLevers(deployment, bites),
    ...databaseLevers(deployment, bites),
    ...edgeAndMailLevers(deployment, bites),
    ...linkLevers(deployment.parts.links, bites),
    ...deployLevers(deployment, bites),
    ...switchLevers(deployment, options),
  };
}

type Bites = (fault: ToothlessFault) => boolean;

async function stateOf({ parts, nodes, rollout }: Deployment, options: ClinicOptions): Promise<Answer> {
  const { links } = parts;
  const [cache, database, edge, mail, linkStates] = await Promise.all([
    parts.cache.report(),
    parts.database.report(),
    parts.edge.report(),
    parts.mail.report(),
    links && Promise.all([links.report('cache'), links.report('database')]),
  ]);
  return json(200, {
    nodes: nodes(),
    cache,
    database,
    edge,
    mail,
    ...(linkStates && { links: { cache: linkStates[0], database: linkStates[1] } }),
    rolling: rollout.rolling,
    version: rollout.version,
    bugs: options.bugs,
  });
}

function cacheLevers({ parts: { cache } }: Deployment, bites: Bites): Readonly<Record<string, Act>> {
  const when = async (fault: ToothlessFault, act: () => Promise<void>): Promise<Answer> => {
    if (bites(fault)) await act();
    return noContent;
  };
  return {
    'PUT /cache': async (request) => {
      const setting = cacheSetting(await readJson(request));
      if (setting.mode === 'ok' || bites(faultOfCacheMode[setting.mode])) await cache.set(setting);
      return noContent;
    },
    'POST /cache/flush': () => when('cache-flush', () => cache.flush()),
    'POST /cache/squeeze': async (request) => {
      const { entryCountMax = null } = await readJson(request);
      const room = entryCountMax === null ? null : numberIn({ entryCountMax }, 'entryCountMax', entryCountMaxMax);
      if (room === null || bites('cache-squeeze')) await cache.squeeze(room);
      return noContent;
    },
    'POST /cache/restart': () => when('cache-restart', () => cache.restart()),
    'POST /cache/cut': () => when('cache-cut', () => cache.cutConnections()),
    'POST /cache/promote': async (request) => {
      const lagMs = numberIn(await readJson(request), 'lagMs', lagMsMax);
      return when('cache-promote-stale', () => cache.promoteStale(lagMs));
    },
    'POST /cache/swap': async () => json(200, { swappedCount: bites('cache-swap') ? await cache.swap() : 0 }),
  };
}

function databaseLevers({ parts: { database } }: Deployment, bites: Bites): Readonly<Record<string, Act>> {
  return {
    'POST /database/cut': async () => {
      if (bites('database-cut')) await database.cutConnections();
      return noContent;
    },
    'POST /database/failover': async (request) => {
      const lagMs = numberIn(await readJson(request), 'lagMs', lagMsMax);
      if ((await database.report()).failingOver)
        throw new Refusal(409, 'failing-over', 'a failover is in progress: wait until /state says failingOver: false');
      if (bites('database-failover')) await database.failover(lagMs);
      return json(202, { failingOver: true });
    },
    'PUT /database': async (request) => {
      const { held } = await readJson(request);
      if (typeof held !== 'boolean') throw new Refusal(400, 'bad-field', 'held is true or false');
      if (!held || bites('database-hold')) await database.hold(held);
      return noContent;
    },
  };
}

function edgeAndMailLevers({ parts: { edge, mail } }: Deployment, bites: Bites): Readonly<Record<string, Act>> {
  return {
    'POST /edge/config': async (request) => {
      const config = oneOf(await readJson(request), 'config', ['standard', 'next']);
      if (bites('edge-config')) await edge.reload(config);
      return noContent;
    },
    'POST /edge/purge': async () => {
      if (bites('edge-purge')) await edge.purge();
      return noContent;
    },
    'PUT /mail': async (request) => {
      const mode = oneOf(await readJson(request), 'mode', ['ok', 'down']);
      if (mode === 'ok' || bites('mail-down')) await mail.set(mode);
      return noContent;
    },
  };
}

/** Shut off first, purged after: what was kept meanwhile is thrown away too. What was on its way may come a moment later. */
function switchLevers({ rewatch, parts }: Deployment, options: ClinicOptions): Readonly<Record<string, Act>> {
  return {
    'PUT /switches/rewatch': async (request) => {
      const { off } = await readJson(request);
      if (typeof off !== 'boolean') throw new Refusal(400, 'bad-field', 'off is true or false');
      await rewatch.set({ off, linksStay: options.switchForgets.has('signed-links') });
      if (!off || options.switchForgets.has('shared-cache')) return noContent;
      await parts.edge.purge();
      await pause(onTheirWayMs);
      await parts.edge.purge();
      return noContent;
    },
  };
}

function linkLevers(links: LinksPart | undefined, bites: Bites): Readonly<Record<string, Act>> {
  const put =
    (link: LinkName): Act =>
    async (request) => {
      const body = await readJson(request);
      const mode = oneOf(body, 'mode', linkModes);
      const latencyMs = numberIn({ latencyMs: 0, ...body }, 'latencyMs', latencyMsMax);
      if (links === undefined) {
        const advice = 'no proxy stands on the links of this topology; start the clinic with --topology real';
        throw new Refusal(404, 'no-such-link', advice);
      }
      if (mode === 'ok' || bites(faultOfLinkMode[link][mode])) await links.set(link, mode, latencyMs);
      return noContent;
    };
  return { 'PUT /links/cache': put('cache'), 'PUT /links/database': put('database') };
}

function deployLevers({ rollout }: Deployment, bites: Bites): Readonly<Record<string, Act>> {
  const begin = (version?: string, strategy?: DeployStrategy): Answer => {
    if (rollout.begin(version, strategy)) return accepted;
    throw new Refusal(409, 'rolling', 'a deploy is in progress: wait until /state says rolling: false');
  };
  const versionIn = async (request: IncomingMessage): Promise<string> =>
    oneOf(await readJson(request), 'version', ['v1', 'v2']);
  return {
    'POST /deploy/restart': async () => (bites('deploy-restart') ? begin() : accepted),
    'POST /deploy/roll': async (request) => {
      const version = await versionIn(request);
      return bites(version === 'v2' ? 'deploy-upgrade' : 'deploy-rollback') ? begin(version) : accepted;
    },
    'POST /deploy/recreate': async (request) => begin(await versionIn(request), 'recreate'),
  };
}

/** `POST /nodes/{node}/signal`. */
export async function signalNode(
  deployment: Deployment,
  options: ClinicOptions,
  path: string,
  request: IncomingMessage,
): Promise<Answer> {
  const node = path.split('/')[2] ?? '';
  const slot = deployment.slot(node);
  const names = deployment.nodes().map((each) => each.node);
  if (slot === undefined)
    throw new Refusal(404, 'no-such-node', `there is no node "${node}"; there are ${names.join(', ')}`);
  const signal = oneOf(await readJson(request), 'signal', signals);
  if (!options.toothless.has(signal === 'SIGKILL' ? 'instance-crash' : 'instance-freeze')) slot.signal(signal);
  return noContent;
}

function cacheSetting(body: Body): CacheSetting {
  const mode = oneOf(body, 'mode', cacheModes);
  return { mode, latencyMs: numberIn({ latencyMs: 0, ...body }, 'latencyMs', latencyMsMax) };
}

function oneOf<Name extends string>(body: Body, field: string, names: readonly Name[]): Name {
  const found = names.find((name) => name === body[field]);
  if (found === undefined) throw new Refusal(400, 'bad-field', `${field} is one of ${names.join(', ')}`);
  return found;
}

function numberIn(body: Body, field: string, max: number): number {
  const value = body[field];
  if (typeof value === 'number' && value >= 0 && value <= max) return value;
  throw new Refusal(400, 'bad-field', `${field} is a number from 0 to ${max}`);
}
