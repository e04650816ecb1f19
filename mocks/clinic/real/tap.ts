// Stands between Toxiproxy and the two servers behind it and counts what crosses the links, which neither Toxiproxy nor the servers tell
// while a connection lives. It is also where a link is pointed at another server after a failover, and where commands are refused: a
// connection that brings one is cut, and the server never hears of it.
//
//     app ──► Toxiproxy ──► tap ──► Redis, PostgreSQL
import { connect, createServer, type Socket } from 'node:net';
import { serveParent } from '../child.ts';
import { listen } from '../http.ts';
import { createRespParser } from '../resp.ts';

type LinkName = 'cache' | 'database';

export interface TapReport {
  readonly passedBytes: number;
  /** Commands that came this far to the cache; 0 for the database, whose protocol is not read. */
  readonly commandCount: number;
}

interface Line {
  targetPort: number;
  refusing: boolean;
  passedBytes: number;
  commandCount: number;
  readonly pairs: Set<readonly [Socket, Socket]>;
}

const lines: Readonly<Record<LinkName, Line>> = { cache: newLine(), database: newLine() };
const connectTimeoutMs = 2_000;

function newLine(): Line {
  return { targetPort: 0, refusing: false, passedBytes: 0, commandCount: 0, pairs: new Set() };
}

function commandCounter(line: Line, name: LinkName): (chunk: Buffer) => void {
  if (name === 'database') return () => {};
  const parse = createRespParser();
  return (chunk) => {
    line.commandCount += parse(chunk).length;
  };
}

/** Nothing is read from the client before the server is there, and whoever ends ends both. */
function join(name: LinkName, client: Socket): void {
  const line = lines[name];
  const server = connect({ port: line.targetPort, host: '127.0.0.1', timeout: connectTimeoutMs });
  const pair = [client, server] as const;
  line.pairs.add(pair);
  const count = commandCounter(line, name);
  const part = (): void => {
    line.pairs.delete(pair);
    client.destroy();
    server.destroy();
  };
  for (const socket of pair) {
    socket.setNoDelay(true);
    socket.on('error', part);
    socket.on('close', part);
  }
  server.on('timeout', part);
  server.once('connect', () => {
    server.setTimeout(0);
    client.on('data', (chunk) => {
      line.passedBytes += chunk.length;
      try {
        count(chunk);
      } catch {
        part();
      }
      // Before the chunk is handed on.
      if (line.refusing) part();
    });
    server.on('data', (chunk) => {
      line.passedBytes += chunk.length;
    });
    client.pipe(server);
    server.pipe(client);
  });
}

/** Port 0 until there is a server to go to: then nobody gets through. */
async function open(name: LinkName, targetPort: number): Promise<{ readonly port: number }> {
  lines[name].targetPort = targetPort;
  const server = createServer((client) => (lines[name].targetPort > 0 ? join(name, client) : client.destroy()));
  return { port: await listen(server, 0) };
}

function point(name: LinkName, targetPort: number): void {
  lines[name].targetPort = targetPort;
  for (const [client] of lines[name].pairs) client.destroy();
}

interface TapCall {
  readonly link: LinkName;
  readonly targetPort: number;
}

interface RefuseCall {
  readonly link: LinkName;
  readonly refusing: boolean;
}

serveParent({
  open: (argument) => {
    const { link, targetPort } = argument as TapCall;
    return open(link, targetPort);
  },
  point: (argument) => {
    const { link, targetPort } = argument as TapCall;
    point(link, targetPort);
    return null;
  },
  refuse: (argument) => {
    const { link, refusing } = argument as RefuseCall;
    lines[link].refusing = refusing;
    return null;
  },
  report: (link): TapReport => {
    const { passedBytes, commandCount } = lines[link as LinkName];
    return { passedBytes, commandCount };
  },
});
