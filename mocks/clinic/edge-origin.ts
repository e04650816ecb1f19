// One request from the edge to an app instance and its answer's head. A request that got no byte back is tried once more elsewhere
// if repeating it can do no harm; one whose client has gone is broken off, so that the app notices too.
import { Agent, type ClientRequest, type IncomingHttpHeaders, type IncomingMessage, request as send } from 'node:http';
import type { Balancer } from './edge-balancer.ts';
import type { Upstream } from './messages.ts';

const agent = new Agent({ keepAlive: true, maxSockets: 512, maxFreeSockets: 256 });
const headTimeoutMs = 6_000;

export interface OriginRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** Where the body comes from, if there is one. */
  readonly body: IncomingMessage | undefined;
}

/** Why there is no answer, as the status that the client gets. */
export class OriginFailure extends Error {
  override name = 'OriginFailure';
  readonly status: 502 | 503 | 504;
  constructor(status: 502 | 503 | 504, message: string) {
    super(message);
    this.status = status;
  }
}

/** Headers that belong to one connection and are not passed on (RFC 9110, 7.6.1). */
const hopHeaders = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'proxy-connection',
  'expect',
]);

export function endToEnd(headers: IncomingHttpHeaders): Record<string, string | string[]> {
  const kept: Record<string, string | string[]> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined && !hopHeaders.has(name)) kept[name] = value;
  }
  return kept;
}

function attempt(
  upstream: Upstream,
  origin: OriginRequest,
  started: (sent: ClientRequest) => void,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { method, url: path, body } = origin;
    const sent = send({
      host: '127.0.0.1',
      port: upstream.port,
      method,
      path,
      headers: endToEnd(origin.headers),
      agent,
    });
    const timer = setTimeout(() => {
      reject(new OriginFailure(504, `${upstream.node} did not answer within ${headTimeoutMs} ms`));
      sent.destroy();
    }, headTimeoutMs);
    sent.on('response', (answer) => {
      clearTimeout(timer);
      resolve(answer);
    });
    sent.on('error', (error) => {
      clearTimeout(timer);
      reject(new OriginFailure(502, `${upstream.node} broke off: ${error.message}`));
    });
    started(sent);
    if (body === undefined) sent.end();
    else body.pipe(sent);
  });
}

/** Repeating a DELETE would do no harm either, but the second one says 404, which would puzzle the client. */
const repeatable = ({ method, body }: OriginRequest): boolean =>
  body === undefined && (method === 'GET' || method === 'HEAD');

/** The answer's head, its body still to be read. `signal` breaks the request off, also in mid-answer. Throws an `OriginFailure`. */
export async function askOrigin(
  balancer: Balancer,
  origin: OriginRequest,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const first = balancer.pick();
  if (first === undefined) throw new OriginFailure(503, 'no app instance is serving');
  const started = (sent: ClientRequest): void => {
    const stop = (): void => void sent.destroy();
    signal.addEventListener('abort', stop, { once: true });
    sent.once('close', () => signal.removeEventListener('abort', stop));
  };
  const repeats = repeatable(origin);
  let firstSent: ClientRequest | undefined;
  // A frozen instance keeps its connections open and says nothing: what can be asked elsewhere need not wait for it.
  const forget = balancer.onUnhealthy(
    first,
    () => repeats && firstSent?.destroy(new Error('it fails its health checks')),
  );
  try {
    return await attempt(first, origin, (sent) => {
      firstSent = sent;
      started(sent);
    });
  } catch (error) {
    if (signal.aborted) throw error;
    balancer.suspect(first);
    const second = repeats ? balancer.pick(first) : undefined;
    if (second === undefined) throw error;
    return attempt(second, origin, started);
  } finally {
    forget();
  }
}
