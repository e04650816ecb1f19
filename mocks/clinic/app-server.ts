// One app instance's HTTP side: finds the handler, gives it its exchange, writes what it answers. A client that hangs up aborts its
// exchange; every answer that a handler does not declare public is personal, and is marked so.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { errorCodeOf } from './database.ts';
import { sha256OfFile } from './file-hash.ts';
import {
  type Answer,
  asksServedHeader,
  Refusal,
  refusalAnswer,
  routeOf,
  sendHead,
  servedHeader,
  splitTarget,
} from './http.ts';
import type { RewatchSwitch } from './rewatch-switch.ts';
import { routes } from './routes.ts';
import type { Exchange, Services } from './services.ts';
import type { SpanFacts, Tracing } from './tracing.ts';

export interface AppServerOptions {
  readonly node: string;
  readonly services: Services;
  /** One line a request, or undefined for silence. */
  readonly log: ((line: string) => void) | undefined;
  /** Undefined: nobody is told of spans. */
  readonly tracing: Tracing | undefined;
  readonly draining: () => boolean;
  readonly rewatch: RewatchSwitch;
}

function openExchange(request: IncomingMessage, response: ServerResponse, services: Services): [string, Exchange] {
  const { path: asked, query } = splitTarget(request.url ?? '/');
  const nameOf = (path: string): string => `${request.method} ${routeOf(path).route}`;
  const path = services.seams.servedPath(asked, (each) => routes.has(nameOf(each)));
  const controller = new AbortController();
  response.on('close', () => {
    if (!response.writableFinished) controller.abort(new Error('the client hung up'));
  });
  const exchange: Exchange = {
    request,
    path,
    query: new URLSearchParams(query),
    id: routeOf(path).ids[0] ?? '',
    signal: controller.signal,
    context: services.seams.openContext(),
    answerHeaders: {},
  };
  return [nameOf(path), exchange];
}

async function answerTo(services: Services, rewatch: RewatchSwitch, name: string, exchange: Exchange): Promise<Answer> {
  const handler = routes.get(name);
  if (handler === undefined)
    return refusalAnswer(new Refusal(404, 'no-such-route', 'there is nothing at this address'));
  try {
    rewatch.requireOpen(name);
    const answer = await handler(services, exchange);
    return await shutMeanwhile(rewatch, name, answer);
  } catch (error) {
    if (error instanceof Refusal) return refusalAnswer(error);
    // A patient or consultation that was erased under this request's feet.
    if (errorCodeOf(error) === '23503')
      return refusalAnswer(new Refusal(410, 'gone', 'this has been erased meanwhile'));
    if (errorCodeOf(error) === '22P02') return refusalAnswer(new Refusal(404, 'no-such-id', 'this is no id of ours'));
    if (!exchange.signal.aborted) console.error(error);
    return refusalAnswer(new Refusal(500, 'internal', 'the clinic failed to answer'));
  }
}

/** What was being made when the switch was pulled is not given out after it. */
async function shutMeanwhile(rewatch: RewatchSwitch, name: string, answer: Answer): Promise<Answer> {
  try {
    rewatch.requireOpen(name);
    return answer;
  } catch (refusal) {
    answer.stream?.destroy();
    await answer.file?.handle.close();
    throw refusal;
  }
}

/** What a handler does not declare public is personal. */
function sharing(services: Services, name: string, answer: Answer): Readonly<Record<string, string>> {
  return answer.headers?.['cache-control'] === undefined ? services.seams.personalHeaders(name, answer.status) : {};
}

async function send(
  response: ServerResponse,
  answer: Answer,
  headers: Readonly<Record<string, string>>,
  asksServed: boolean,
): Promise<void> {
  const { file, stream } = answer;
  const served = file !== undefined && asksServed ? { [servedHeader]: await sha256OfFile(file.handle) } : {};
  sendHead(response, { ...answer, headers: { ...answer.headers, ...headers, ...served } });
  if (stream !== undefined) await pipeline(stream, response);
  else if (file === undefined) response.end(answer.body);
  else await pipeline(file.handle.createReadStream({ start: file.from, end: file.to }), response);
}

export function createAppServer({ node, services, log, tracing, draining, rewatch }: AppServerOptions): Server {
  const identity = { 'x-clinic-node': node, 'x-clinic-version': services.version };
  const server = createServer(async (request, response) => {
    if (request.url === '/healthz') {
      response.writeHead(200, identity).end('ok');
      return;
    }
    const span = tracing?.open(request.headers.traceparent);
    const [name, exchange] = openExchange(request, response, services);
    const answer = await answerTo(services, rewatch, name, exchange);
    log?.(line(services, node, name, exchange, answer.status));
    const closing: Record<string, string> = draining() ? { connection: 'close' } : {};
    // A client that left in mid-answer is no failure of ours.
    const whole = { ...answer, headers: { ...sharing(services, name, answer), ...answer.headers } };
    const headers = { ...identity, ...exchange.answerHeaders, ...closing };
    await send(response, whole, headers, request.headers[asksServedHeader] !== undefined).catch(() => {
      answer.stream?.destroy();
      void answer.file?.handle.close();
      response.destroy();
    });
    span?.end(name, answer.status, spanFacts(exchange, name));
  });
  // Longer than the edge keeps a connection idle, so the edge never writes to one that is being closed here.
  server.keepAliveTimeout = 60_000;
  server.requestTimeout = 20_000;
  return server;
}

/** In whose name it was answered, as far as anybody signed in. */
function spanFacts({ context, request }: Exchange, name: string): SpanFacts {
  const asked = { 'http.request.method': request.method, 'http.route': name.slice(name.indexOf(' ') + 1) };
  const told = { ...asked, 'clinic.request_id': String(request.headers['x-request-id'] ?? '') };
  try {
    const { patientId, number } = context.current();
    return { ...told, 'clinic.patient.id': patientId, 'clinic.patient.number': number };
  } catch {
    return told;
  }
}

/** v1 names patients by patient number, v2 by account number. */
function line(services: Services, node: string, name: string, exchange: Exchange, status: number): string {
  let who = 'nobody';
  try {
    const { number, accountNumber } = exchange.context.current();
    who = services.version === 'v2' ? `account ${accountNumber}` : `patient ${number}`;
  } catch {
    // Nobody has signed in on this request.
  }
  return `${node} ${services.version} ${who} ${name} ${status} ${exchange.request.headers['x-request-id'] ?? ''}`;
}
