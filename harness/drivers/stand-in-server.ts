// The stand-in's server: signs people in by a cookie, lists one consultation with its canary, is slow where it is asked to
// be, and remembers what only a server sees: which connections came and which answers were cut off.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { canaryOf } from '../../fixtures/canary.ts';
import { type PatientIndex, patientIndex } from '../../fixtures/domain.ts';

export interface StandInServer {
  readonly origin: string;
  readonly seen: {
    /** The clients' ports. */
    readonly connections: Set<number>;
    cutOff: number;
    /** `traceparent` of each request. */
    readonly spans: Set<string>;
    readonly uploads: Buffer[];
    requests: number;
    /** As clients asked for it. */
    readonly hosts: Set<string>;
    /** Who tried to sign in. */
    readonly people: Set<string>;
  };
  /** Whose data everybody is shown from now on; null: their own. */
  leak(owner: PatientIndex | null): void;
  close(): Promise<void>;
}

export interface StandInOptions {
  readonly run: number;
  /** Length of each id on each list, and how many there are; they end up in the history's line. */
  readonly idChars?: number;
  readonly idCount?: number;
}

const cookieOf = (email: string): string => `sid=${Buffer.from(email).toString('hex').padEnd(24, '0')}`;

export async function startStandIn({ run, idChars = 8, idCount = 1 }: StandInOptions): Promise<StandInServer> {
  const seen: StandInServer['seen'] = {
    connections: new Set(),
    cutOff: 0,
    spans: new Set(),
    uploads: [],
    requests: 0,
    hosts: new Set(),
    people: new Set(),
  };
  let leaking: PatientIndex | null = null;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bytesOf(request);
    const email = emailOf(request.headers.cookie);
    seen.requests += 1;
    seen.hosts.add(request.headers.host ?? '');
    seen.connections.add(request.socket.remotePort ?? 0);
    seen.spans.add(String(request.headers.traceparent));
    response.setHeader('x-node', 'stand-in-1');
    const route = `${request.method} ${request.url}`;
    if (route === 'POST /sign-in') {
      const wanted = String(JSON.parse(body.toString()).email);
      seen.people.add(wanted);
      response.setHeader('set-cookie', [`${cookieOf(wanted)}; Path=/; HttpOnly`, 'lang=en']).end('{}');
    } else if (email === null) response.writeHead(401).end();
    else if (route === 'GET /history') {
      response.setHeader('x-shown-to', canaryOf(run, ownerOf(email), 'surname', 0));
      response.setHeader('content-type', 'application/json').end(listFor(email));
    } else if (route === 'GET /slow') slow(response);
    else if (request.method === 'GET') response.end(videoFor(email));
    else if (route === 'POST /recordings') {
      seen.uploads.push(body);
      response.writeHead(204).end();
    } else if (route === 'POST /sign-out') response.setHeader('set-cookie', 'sid=; Max-Age=0').end('{}');
    else response.writeHead(404).end();
  }

  const ownerOf = (email: string): PatientIndex => leaking ?? patientIndex(Number(email.split('@', 1)[0]));

  function listFor(email: string): string {
    const title = canaryOf(run, ownerOf(email), 'title', 0);
    const ids = Array.from({ length: idCount }, (_, at) => `c-${ownerOf(email)}-${at}`.padEnd(idChars, 'é'));
    return JSON.stringify({ ids, links: ['/recordings/1'], title });
  }

  function videoFor(email: string): Buffer {
    const token = Buffer.from(canaryOf(run, ownerOf(email), 'recording', 0));
    return Buffer.concat([Buffer.from([0x1a, 0x45, 0xdf, 0xa3, 0]), token, Buffer.alloc(2_000, 0xee), token]);
  }

  /** Begins an answer that it never ends. */
  function slow(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/plain' }).write('begun');
    const count = (): void => {
      seen.cutOff += 1;
    };
    if (response.closed) count();
    else response.once('close', count);
  }

  // Whoever hangs up in mid-request is owed no answer.
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    leak(owner) {
      leaking = owner;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function emailOf(cookie: string | undefined): string | null {
  const hex = /sid=([0-9a-f]{2,})/.exec(cookie ?? '')?.[1];
  return hex ? Buffer.from(hex, 'hex').toString().replaceAll('\0', '') : null;
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
