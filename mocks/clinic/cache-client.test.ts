// The client against a server whose replies this test lets go one by one, so that who hangs up when is no matter of luck.
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { poolDesync } from './bugs/pool-desync.ts';
import { type CacheClient, type CacheClientOptions, CacheUnavailable, createCacheClient } from './cache-client.ts';
import { createRespParser, encodeReply } from './resp.ts';
import { correctSeams } from './seams.ts';

interface HeldServer {
  readonly port: number;
  readonly connectionCount: () => number;
  /** Resolves with the next command that arrives; calling the answer lets its reply go. */
  nextCommand(): Promise<{ readonly words: readonly string[]; reply(): void; cut(): void }>;
}

let server: Server | undefined;
let client: CacheClient | undefined;
afterEach(() => {
  client?.close();
  server?.close();
});

/** Answers `GET key` with "value of key". */
async function startHeldServer(): Promise<HeldServer> {
  type Command = Awaited<ReturnType<HeldServer['nextCommand']>>;
  const arrived: Command[] = [];
  const wanted: ((command: Command) => void)[] = [];
  const sockets: Socket[] = [];
  const held = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    const parse = createRespParser();
    socket.on('data', (chunk) => {
      for (const words of parse(chunk) as readonly string[][]) {
        const text = words[0] === 'GET' ? encodeReply(`value of ${words[1]}`) : ':1\r\n';
        const command = { words, reply: () => void socket.write(text), cut: () => void socket.destroy() };
        const want = wanted.shift();
        if (want === undefined) arrived.push(command);
        else want(command);
      }
    });
  });
  server = held;
  await new Promise<void>((resolve) => held.listen(0, '127.0.0.1', resolve));
  const address = held.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    connectionCount: () => sockets.length,
    nextCommand: () => {
      const command = arrived.shift();
      return command === undefined ? new Promise((resolve) => wanted.push(resolve)) : Promise.resolve(command);
    },
  };
}

function connectClient(held: HeldServer, options: Partial<CacheClientOptions> = {}): CacheClient {
  client = createCacheClient({ port: held.port, seams: correctSeams, connectionCountMax: 1, ...options });
  return client;
}

/** A call that is cancelled once its command is at the server, whose reply is let go only then. */
async function cancelledCall(cache: CacheClient, held: HeldServer): Promise<void> {
  const hangUp = new AbortController();
  const call = cache.get('first', hangUp.signal);
  const command = await held.nextCommand();
  hangUp.abort(new Error('hung up'));
  await expect(call).rejects.toThrow('hung up');
  command.reply();
}

async function answeredGet(cache: CacheClient, held: HeldServer, key: string): Promise<string | null> {
  const call = cache.get(key);
  (await held.nextCommand()).reply();
  return call;
}

test('after a cancelled call the next one gets its own reply, on a new connection', async () => {
  const held = await startHeldServer();
  const cache = connectClient(held);
  await cancelledCall(cache, held);
  expect(await answeredGet(cache, held, 'second')).toBe('value of second');
  expect(await answeredGet(cache, held, 'third')).toBe('value of third');
  expect(held.connectionCount()).toBe(2);
});

test('with pool-desync the next call gets the reply to the cancelled one, and each is one behind from then on', async () => {
  const held = await startHeldServer();
  const cache = connectClient(held, { seams: { ...correctSeams, ...poolDesync.seams } });
  await cancelledCall(cache, held);
  expect(await answeredGet(cache, held, 'second')).toBe('value of first');
  expect(await answeredGet(cache, held, 'third')).toBe('value of second');
  await cache.delete('x');
  (await held.nextCommand()).reply();
  await expect(answeredGet(cache, held, 'fourth')).rejects.toThrow(TypeError);
  expect(held.connectionCount()).toBe(1);
});

test('a call cancelled before it was sent leaves its connection clean', async () => {
  const held = await startHeldServer();
  const cache = connectClient(held);
  await expect(cache.get('never', AbortSignal.abort(new Error('gone before')))).rejects.toThrow('gone before');
  expect(await answeredGet(cache, held, 'first')).toBe('value of first');
  expect(held.connectionCount()).toBe(1);
});

test('a reply that does not come in time costs the connection, not the next call', async () => {
  const held = await startHeldServer();
  const cache = connectClient(held, { replyTimeoutMs: 30 });
  await expect(cache.get('first')).rejects.toThrow(CacheUnavailable);
  (await held.nextCommand()).reply();
  expect(await answeredGet(cache, held, 'second')).toBe('value of second');
});

test('a server that cuts the line, or is not there, is unavailable; one that is back is used again', async () => {
  const held = await startHeldServer();
  const cache = connectClient(held);
  const call = cache.get('first');
  (await held.nextCommand()).cut();
  await expect(call).rejects.toThrow(CacheUnavailable);
  expect(await answeredGet(cache, held, 'second')).toBe('value of second');
  const nowhere = createCacheClient({ port: 1, seams: correctSeams });
  await expect(nowhere.get('x')).rejects.toThrow(CacheUnavailable);
});

test('with every connection busy a call waits its turn, and not for ever', async () => {
  const held = await startHeldServer();
  const cache = connectClient(held, { poolTimeoutMs: 30 });
  const first = cache.get('first');
  const firstCommand = await held.nextCommand();
  await expect(cache.get('second')).rejects.toThrow('busy for 30 ms');
  const third = cache.get('third');
  firstCommand.reply();
  expect(await first).toBe('value of first');
  (await held.nextCommand()).reply();
  expect(await third).toBe('value of third');
});
