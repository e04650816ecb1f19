// The admin port: state, people, and the levers by which faults are made and mended. A lever that was made toothless answers as ever
// and does nothing, so that it can be tested whether a drill notices.
import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createPeople } from './admin-people.ts';
import { errorCodeOf, openDatabase } from './database.ts';
import {
  type Answer,
  json,
  noContent,
  Refusal,
  readJson,
  refusalAnswer,
  routeOf,
  sendHead,
  splitTarget,
} from './http.ts';
import type { CacheSetting } from './messages.ts';
import { openObjectStore } from './objects.ts';
import type { ClinicOptions, ToothlessFault } from './options.ts';
import type { Deployment } from './supervisor.ts';

type Act = (request: IncomingMessage, ids: readonly string[]) => Promise<Answer>;

const latencyMsMax = 10_000;
const signals = ['SIGKILL', 'SIGSTOP', 'SIGCONT'] as const;
const accepted: Answer = json(202, { rolling: true });

function createLevers(deployment: Deployment, options: ClinicOptions): Readonly<Record<string, Act>> {
  const bites = (fault: ToothlessFault): boolean => !options.toothless.has(fault);
  const beginRoll = (version?: string): Answer => {
    if (deployment.rollout.begin(version)) return accepted;
    throw new Refusal(409, 'rolling', 'a rolling deploy is in progress: wait until /state says rolling: false');
  };
  return {
    'GET /state': async () =>
      json(200, {
        nodes: deployment.nodes(),
        cache: await deployment.cacheState(),
        rolling: deployment.rollout.rolling,
        version: deployment.rollout.version,
        bugs: options.bugs,
      }),
    'POST /cache/flush': async () => {
      if (bites('cache-flush')) await deployment.flushCache();
      return noContent;
    },
    'PUT /cache': async (request) => {
      const setting = cacheSetting(await readJson(request));
      if (setting.mode === 'ok' || bites(`cache-${setting.mode}`)) await deployment.setCache(setting);
      return noContent;
    },
    'POST /deploy/restart': async () => (bites('deploy-restart') ? beginRoll() : accepted),
    'POST /deploy/roll': async (request) => {
      const { version } = await readJson(request);
      if (version !== 'v1' && version !== 'v2') throw new Refusal(400, 'bad-field', 'version is "v1" or "v2"');
      return bites(version === 'v2' ? 'deploy-upgrade' : 'deploy-rollback') ? beginRoll(version) : accepted;
    },
  };
}

function cacheSetting(body: Readonly<Record<string, unknown>>): CacheSetting {
  const { mode, latencyMs = 0 } = body;
  if (mode !== 'ok' && mode !== 'slow' && mode !== 'down')
    throw new Refusal(400, 'bad-field', 'mode is ok, slow or down');
  if (typeof latencyMs !== 'number' || !(latencyMs >= 0 && latencyMs <= latencyMsMax)) {
    throw new Refusal(400, 'bad-field', `latencyMs is a number from 0 to ${latencyMsMax}`);
  }
  return { mode, latencyMs };
}

/** `POST /nodes/{node}/signal`: node names are no ids, so this one is not in the table. */
async function signalNode(
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
  const body = await readJson(request);
  const signal = signals.find((name) => name === body.signal);
  if (signal === undefined) throw new Refusal(400, 'bad-field', `signal is one of ${signals.join(', ')}`);
  if (!options.toothless.has(signal === 'SIGKILL' ? 'instance-crash' : 'instance-freeze')) slot.signal(signal);
  return noContent;
}

function isAuthorised(request: IncomingMessage, secret: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(request.headers.authorization ?? ''), digest(`Bearer ${secret}`));
}

function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const code = errorCodeOf(error);
  if (code?.startsWith('22')) return new Refusal(400, 'bad-value', String(error));
  return new Refusal(500, 'internal', error instanceof Error ? error.message : String(error));
}

export async function createAdmin(deployment: Deployment, options: ClinicOptions): Promise<Server> {
  const people = createPeople(openDatabase(deployment.database, 4), await openObjectStore(deployment.objectsDir));
  const acts: Readonly<Record<string, Act>> = { ...createLevers(deployment, options), ...people };

  async function act(request: IncomingMessage): Promise<Answer> {
    if (!isAuthorised(request, options.adminSecret))
      throw new Refusal(401, 'not-authorised', 'the admin secret is wrong or missing');
    const { path } = splitTarget(request.url ?? '/');
    if (request.method === 'POST' && path.startsWith('/nodes/') && path.endsWith('/signal')) {
      return signalNode(deployment, options, path, request);
    }
    const { route, ids } = routeOf(path);
    const found = acts[`${request.method} ${route}`];
    if (found === undefined)
      throw new Refusal(404, 'no-such-route', `the admin port has no ${request.method} ${route}`);
    return found(request, ids);
  }

  const server = createServer(async (request, response) => {
    const answer = await act(request).catch((error: unknown) => refusalAnswer(asRefusal(error)));
    sendHead(response, answer);
    response.end(answer.body);
  });
  server.keepAliveTimeout = 60_000;
  return server;
}
