// A proxy between one browser and the target: it sees every byte of every answer, those of media and event streams too, which
// browsers hand out to nobody. What it can't read (HTTPS) it passes on unread, and what the drill does not list it refuses, so
// that a browser's own errands never leave the machine.
//
//     browser ──► wiretap ──► target
//                    └─ scan ─► exchange ─► whoever was at the browser when the request was made
import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { now } from '../clock.ts';
import type { Exchange } from '../history.ts';
import { isLoopback } from '../loopback.ts';
import type { Declarations } from '../targets/target.ts';
import type { RequestTrace } from '../tracing.ts';
import { bare, type ConnectTo, placeOf, portOf } from './connect-to.ts';
import { cookiePairs, credentialsOf, factsOf, sessionFingerprints, traced } from './exchange.ts';
import { routeTemplate } from './route-template.ts';
import { answerOf, nothingRead, type Reading, relay, withoutHops } from './wiretap-relay.ts';

export interface WiretapOptions {
  readonly run: number;
  readonly declares: Declarations;
  readonly allowedHosts: readonly string[];
  readonly connectTo?: ConnectTo;
}

/** Who is at the browser: gets what was asked for while they were. */
export interface Listener {
  readonly session: string;
  record(exchange: Exchange, sessionValues: readonly string[]): void;
  /** Set here and not in the browser, which would ask another origin's leave for such a header. */
  nextTrace?(): RequestTrace | null;
}

export interface Wiretap {
  /** For Playwright's `proxy.server`. */
  readonly server: string;
  listenFor(listener: Listener | null): void;
  /** Requests under way, but for streams that are open for as long as the page is. */
  pending(): number;
  close(): Promise<void>;
}

const socketsMax = 32;
const upstreamTimeoutMs = 30_000;

export async function openWiretap(options: WiretapOptions): Promise<Wiretap> {
  const agent = new Agent({ keepAlive: true, maxSockets: socketsMax });
  const sockets = new Set<Socket>();
  const numbers = new WeakMap<Socket, number>();
  let socketCount = 0;
  let listener: Listener | null = null;
  let pendingCount = 0;

  const mayReach = (host: string): boolean => isLoopback(host) || options.allowedHosts.includes(host);
  const placeFor = (url: URL): { host: string; port: number } => {
    const { hostname, port } = placeOf({ hostname: url.hostname, port: portOf(url) }, options.connectTo);
    return { host: bare(hostname), port };
  };
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
    const { headers, facts } = traced(withoutHops(asked.headers), heard?.nextTrace?.() ?? null);
    const { method = 'GET' } = asked;
    const upstream = send(url, { ...placeFor(url), method, headers, agent, timeout: upstreamTimeoutMs });
    const record = (received: IncomingMessage | null, read: Reading): void => {
      settle();
      heard?.record(
        {
          method,
          route: routeTemplate(url.pathname),
          startedAt,
          ms: now() - startedAt,
          connection: `${heard.session}#${numberOf(upstream.socket)}`,
          ...facts,
          ...credentialsOf(headers as Record<string, string>, asked.headers.cookie, options.declares),
          ...factsOf(answerOf(received, read), options.declares),
        },
        sessionFingerprints(options.run, cookiePairs(received?.headers['set-cookie'] ?? [])),
      );
    };
    asked.pipe(upstream);
    answer.once('close', () => answer.writableFinished || upstream.destroy());
    upstream.once('timeout', () => upstream.destroy(new Error('the target did not answer in time')));
    let isAnswered = false;
    upstream.once('error', () => {
      // What breaks in mid-answer is told by who relays it, with what there was of it.
      if (!isAnswered) record(null, nothingRead);
      if (answer.headersSent) answer.destroy();
      else answer.writeHead(502).end();
    });
    upstream.once('response', (received) => {
      isAnswered = true;
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
    const upstream = connect(placeFor(target), () => {
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

const isStream = ({ headers }: IncomingMessage): boolean => /event-stream/i.test(headers['content-type'] ?? '');
