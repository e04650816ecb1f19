// How the edge speaks to an app instance: HTTP/1.1 on connections that are kept alive. One whose exchange did not end in order is
// closed, whatever the reason: nobody could say what its next bytes would answer.
import { Agent, type IncomingHttpHeaders, type IncomingMessage, request as send } from 'node:http';
import type { Readable } from 'node:stream';
import type { Upstream } from './messages.ts';

export interface OriginRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** Where the body comes from, if there is one. */
  readonly body: IncomingMessage | undefined;
}

/** The answer's head, with its body still to be read. */
export interface OriginAnswer extends Readable {
  readonly statusCode?: number | undefined;
  readonly headers: IncomingHttpHeaders;
}

export interface SentRequest {
  /** Rejects when the connection breaks before the head has come. */
  readonly answer: Promise<OriginAnswer>;
  /** The instance is of no use: break off. */
  destroy(reason: Error): void;
  /** The client has gone: nobody waits for this answer any more. */
  abandon(): void;
}

export type OriginTransport = (upstream: Upstream, origin: OriginRequest) => SentRequest;

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

/** A body without a length goes in chunks, said aloud: for a GET or DELETE the library would send it bare, as if it were the next request. */
function framed({ headers, body }: OriginRequest): Record<string, string | string[]> {
  const chunked = body !== undefined && headers['content-length'] === undefined;
  return chunked ? { ...endToEnd(headers), 'transfer-encoding': 'chunked' } : endToEnd(headers);
}

/** Longer than a live stream may have nothing to say. */
const usualSilenceMsMax = 15_000;

/** An instance that is silent for that long in mid-answer, or whose client takes nothing for as long, is broken off. */
export function createTransport(silenceMsMax = usualSilenceMsMax): OriginTransport {
  const agent = new Agent({ keepAlive: true, maxSockets: 512, maxFreeSockets: 256 });
  return (upstream, origin) => {
    const { method, url: path, body } = origin;
    const sent = send({ host: '127.0.0.1', port: upstream.port, method, path, headers: framed(origin), agent });
    const answer = new Promise<OriginAnswer>((resolve, reject) => {
      sent.on('response', resolve);
      sent.on('error', reject);
      sent.on('close', () => reject(new Error('the connection was closed')));
    });
    sent.setTimeout(silenceMsMax, () => sent.destroy(new Error(`silent for ${silenceMsMax} ms`)));
    if (body === undefined) sent.end();
    else body.pipe(sent);
    return { answer, destroy: (reason) => void sent.destroy(reason), abandon: () => void sent.destroy() };
  };
}
