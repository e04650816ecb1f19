// A proxy between one browser and the target: it sees every byte of every answer, those of media and event streams too, which
// browsers hand out to nobody. What it can't read (HTTPS) it passes on unread, and what the drill does not list it refuses, so
// that a browser's own errands never leave the machine.
//
//     browser ──► wiretap ──► target
//                    └─ scan ─► exchange ─► whoever was at the browser when the request was made
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { now } from '../clock.ts';
import type { Exchange } from '../history.ts';
import { isLoopback } from '../loopback.ts';
import { scanHeaders } from '../scan/portable.ts';
import { createScanner } from '../scan/stream.ts';
import type { Declarations } from '../targets/target.ts';
import { decoded } from './decode.ts';
import { type Answer, cookiePair, credentialsOf, factsOf, sessionFingerprints } from './exchange.ts';
import { routeTemplate } from './route-template.ts';

export interface WiretapOptions {
  readonly run: number;
  readonly declares: Declarations;
  readonly allowedHosts: readonly string[];
}

/** Who is at the browser: gets what was asked for while they were. */
export interface Listener {
  readonly session: string;
  record(exchange: Exchange, sessionValues: readonly string[]): void;
}

export interface Wiretap {
  /** For Playwright's `proxy.server`. */
  readonly server: string;
  listenFor(listener: Listener | null): void;
  /** Requests under way, but for streams that are open for as long as the page is. */
  pending(): number;
  close(): Promise<void>;
}

/** What is read of one answer. */
const bodyBytesMax = 268_435_456;
const socketsMax = 32;
const upstreamTimeoutMs = 30_000;

/** RFC 9110, section 7.6.1: between this hop and the next only. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authorization',
  'te',
  'trailer',
  'upgrade',
]);

export async function openWiretap(options: WiretapOptions): Promise<Wiretap> {
  const agent = new Agent({ keepAlive: true, maxSockets: socketsMax });
  const sockets = new Set<Socket>();
  const numbers = new WeakMap<Socket, number>();
  let socketCount = 0;
  let listener: Listener | null = null;
  let pendingCount = 0;

  const mayReach = (host: string): boolean => isLoopback(host) || options.allowedHosts.includes(host);
  const numberOf = (socket: Socket | null): number => {
    if (socket === null) return 0;
    const known = numbers.get(socket) ?? ++socketCount;
    numbers.set(socket, known);
    return known;
  };

  function pass(asked: IncomingMessage, answer: ServerResponse): void {
    const url = parsed(asked.url ?? '');
    if (url?.protocol !== 'http:' || !mayReach(url.hostname)) {
      answer.writeHead(403).end();
      asked.resume();
      return;
    }
    const heard = listener;
    const startedAt = now();
    let isPending = true;
    pendingCount += 1;
    const settle = (): void => {
      if (isPending) pendingCount -= 1;
      isPending = false;
    };
    const headers = Object.fromEntries(Object.entries(asked.headers).filter(([name]) => !hopByHop.has(name)));
    const upstream = send(url, { method: asked.method ?? 'GET', headers, agent, timeout: upstreamTimeoutMs });
    const record = (received: IncomingMessage | null, read: Reading): void => {
      settle();
      heard?.record(
        {
          method: asked.method ?? 'GET',
          route: routeTemplate(url.pathname),
          startedAt,
          ms: now() - startedAt,
          connection: `${heard.session}#${numberOf(upstream.socket)}`,
          credentials: credentialsOf(headers as Record<string, string>, asked.headers.cookie),
          ...factsOf(answerOf(received, read), options.declares),
        },
        sessionFingerprints(options.run, (received?.headers['set-cookie'] ?? []).map(cookiePair)),
      );
    };
    asked.pipe(upstream);
    answer.once('close', () => answer.writableFinished || upstream.destroy());
    upstream.once('timeout', () => upstream.destroy(new Error('the target did not answer in time')));
    upstream.once('error', () => {
      record(null, nothingRead);
      if (answer.headersSent) answer.destroy();
      else answer.writeHead(502).end();
    });
    upstream.once('response', (received) => {
      if (isStream(received)) settle();
      relay(received, answer).then(
        (read) => record(received, read),
        () => record(received, { ...nothingRead, partial: true }),
      );
    });
  }

  const server = createServer(pass);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  });
  server.on('connect', (asked: IncomingMessage, socket: Socket, head: Buffer) => {
    const target = parsed(`https://${asked.url ?? ''}`);
    if (target === null || !mayReach(target.hostname)) return void socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    const upstream = connect(Number(target.port || 443), target.hostname, () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.write(head);
      upstream.pipe(socket).pipe(upstream);
    });
    sockets.add(upstream);
    upstream.once('close', () => {
      sockets.delete(upstream);
      socket.destroy();
    });
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    listenFor(next) {
      listener = next;
    },
    pending: () => pendingCount,
    async close() {
      listener = null;
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      agent.destroy();
      await closed;
    },
  };
}

const parsed = (url: string): URL | null => (URL.canParse(url) ? new URL(url) : null);

type Reading = Pick<Answer, 'bodyBytes' | 'bodySha256' | 'sightings' | 'partial'>;

const nothingRead: Reading = { bodyBytes: 0, bodySha256: undefined, sightings: [], partial: true };

const isStream = ({ headers }: IncomingMessage): boolean => /event-stream/i.test(headers['content-type'] ?? '');

/** Hands the answer on as it comes, and reads along: neither side can run ahead of the other. */
async function relay(received: IncomingMessage, answer: ServerResponse): Promise<Reading> {
  const headers = Object.fromEntries(Object.entries(received.headers).filter(([name]) => !hopByHop.has(name)));
  answer.writeHead(received.statusCode ?? 502, headers);
  answer.flushHeaders();
  const along = new PassThrough();
  const reading = readAlong(along, received.headers['content-encoding']);
  reading.catch(() => {});
  let bodyBytes = 0;
  let whole = true;
  try {
    for await (const chunk of received as AsyncIterable<Buffer>) {
      bodyBytes += chunk.length;
      if (!answer.write(chunk)) await Promise.race([once(answer, 'drain'), once(answer, 'close')]);
      if (answer.destroyed) break;
      if (bodyBytes > bodyBytesMax) whole = false;
      else if (!along.write(chunk) && !along.destroyed) await Promise.race([once(along, 'drain'), reading]);
    }
    whole &&= received.complete;
  } catch {
    whole = false;
  }
  // What broke off is handed on as broken off, else the browser would take the half for the whole.
  if (whole || received.complete) answer.end();
  else answer.destroy();
  along.end();
  const read = await reading;
  return { ...read, bodyBytes, partial: read.partial || !whole };
}

async function readAlong(along: PassThrough, encoding: string | undefined): Promise<Omit<Reading, 'bodyBytes'>> {
  const scanner = createScanner();
  const hash = createHash('sha256');
  let partial = false;
  try {
    for await (const chunk of decoded(along, encoding) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      await scanner.write(chunk);
    }
  } catch {
    // Cut off, or not what its header says.
    partial = true;
    along.destroy();
  }
  const scanned = await scanner.end();
  return {
    bodySha256: hash.digest('hex').slice(0, 16),
    sightings: [...scanned.sightings],
    partial: partial || scanned.partial,
  };
}

function answerOf(received: IncomingMessage | null, read: Reading): Answer {
  const values = (name: string): string[] => [received?.headers[name.toLowerCase()] ?? []].flat();
  const pairs = Object.entries(received?.headers ?? {}).flatMap(([name, value]) =>
    [value ?? []].flat().map((one) => [name, one] as const),
  );
  return {
    ...read,
    status: received?.statusCode ?? 0,
    header: (name) => values(name)[0],
    sightings: [...scanHeaders(pairs).sightings, ...read.sightings],
  };
}
