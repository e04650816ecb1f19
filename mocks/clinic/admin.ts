// The admin port: state, people, and the levers by which faults are made and mended. Whoever has its secret may do everything.
import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createClinicians } from './admin-clinicians.ts';
import { createLevers, signalNode } from './admin-levers.ts';
import { createPeople } from './admin-people.ts';
import { errorCodeOf, openDatabase } from './database.ts';
import { openErasureLedger } from './erasure-ledger.ts';
import { type Answer, Refusal, refusalAnswer, routeOf, sendHead, splitTarget } from './http.ts';
import { createMailClient } from './mail-client.ts';
import { openObjectStore } from './objects.ts';
import type { ClinicOptions } from './options.ts';
import type { Deployment } from './supervisor.ts';
import { openStoring } from './transcoder.ts';
import { openTruth, readTruth } from './truth.ts';

type Act = (request: IncomingMessage, ids: readonly string[]) => Promise<Answer>;

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

/** One JSON object a line: whose everything is that an access log may name. */
async function truth({ record }: Deployment): Promise<Answer> {
  if (record === null)
    throw new Refusal(
      404,
      'no-record',
      'start the clinic with --access-log FILE to have it write down whose everything is',
    );
  const lines = await readTruth(record.truthDir);
  const body = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  return { status: 200, headers: { 'content-type': 'application/x-ndjson' }, body };
}

/** All that an administrator can ask for, by method and route. */
export const actsOf = (
  deployment: Deployment,
  options: ClinicOptions,
  people: Readonly<Record<string, Act>>,
): Readonly<Record<string, Act>> => ({
  ...createLevers(deployment, options),
  ...people,
  // Node names are no ids, so this act is given the whole path.
  'POST /nodes/{node}/signal': (request, [path = '']) => signalNode(deployment, options, path, request),
  'GET /truth': () => truth(deployment),
});

export async function createAdmin(deployment: Deployment, options: ClinicOptions): Promise<Server> {
  const truthKept = openTruth(deployment.record?.truthDir ?? null);
  const database = openDatabase(deployment.parts.database.place, 4, 'clinic-admin');
  const people = createPeople(
    database,
    await openObjectStore(deployment.objectsDir),
    openErasureLedger(deployment.objectsDir),
    createMailClient(deployment.parts.mail),
    truthKept,
    openStoring(deployment.transcoder, truthKept),
  );
  const acts = actsOf(deployment, options, { ...people, ...createClinicians(database) });

  async function act(request: IncomingMessage): Promise<Answer> {
    if (!isAuthorised(request, options.adminSecret))
      throw new Refusal(401, 'not-authorised', 'the admin secret is wrong or missing');
    const { path } = splitTarget(request.url ?? '/');
    const isSignal = request.method === 'POST' && /^\/nodes\/[^/]*\/signal$/.test(path);
    const { route, ids } = isSignal ? { route: '/nodes/{node}/signal', ids: [path] } : routeOf(path);
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
