// One request from the edge to an app instance and its answer's head. A request that got no byte back is tried once more elsewhere
// if repeating it can do no harm; one whose client has gone is broken off, so that the app notices too.
import type { Balancer } from './edge-balancer.ts';
import type { OriginAnswer, OriginRequest, OriginTransport, SentRequest } from './edge-transport.ts';
import type { Upstream } from './messages.ts';

const headTimeoutMs = 6_000;

/** Why there is no answer, as the status that the client gets. */
export class OriginFailure extends Error {
  override name = 'OriginFailure';
  readonly status: 502 | 503 | 504;
  constructor(status: 502 | 503 | 504, message: string) {
    super(message);
    this.status = status;
  }
}

/** Repeating a DELETE would do no harm either, but the second one says 404, which would puzzle the client. */
const repeatable = ({ method, body }: OriginRequest): boolean =>
  body === undefined && (method === 'GET' || method === 'HEAD');

async function headOf(sent: SentRequest, upstream: Upstream, signal: AbortSignal): Promise<OriginAnswer> {
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    sent.destroy(new Error(`no answer within ${headTimeoutMs} ms`));
  }, headTimeoutMs);
  const stop = (): void => sent.abandon();
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    const answer = await sent.answer;
    // The client may leave in mid-answer too.
    answer.once('close', () => signal.removeEventListener('abort', stop));
    return answer;
  } catch (error) {
    signal.removeEventListener('abort', stop);
    const message = error instanceof Error ? error.message : String(error);
    throw new OriginFailure(late ? 504 : 502, `${upstream.node} broke off: ${message}`);
  } finally {
    clearTimeout(timer);
  }
}

/** The answer's head, its body still to be read. `signal` says that the client has gone. Throws an `OriginFailure`. */
export async function askOrigin(
  balancer: Balancer,
  transport: OriginTransport,
  origin: OriginRequest,
  signal: AbortSignal,
): Promise<OriginAnswer> {
  const first = balancer.pick();
  if (first === undefined) throw new OriginFailure(503, 'no app instance is serving');
  const repeats = repeatable(origin);
  const sent = transport(first, origin);
  // A frozen instance keeps its connections open and says nothing: what can be asked elsewhere need not wait for it.
  const forget = balancer.onUnhealthy(first, () => repeats && sent.destroy(new Error('it fails its health checks')));
  try {
    return await headOf(sent, first, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    balancer.suspect(first);
    const second = repeats ? balancer.pick(first) : undefined;
    if (second === undefined) throw error;
    return await headOf(transport(second, origin), second, signal);
  } finally {
    forget();
  }
}
