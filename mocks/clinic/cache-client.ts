// The apps' client of the shared cache: a pool of connections, one call on one connection at a time. The subtle thing: a reply is
// tied to its command by order alone, so a connection whose reply was never read must not be used again.
import { connect, type Socket } from 'node:net';
import { createRespParser, encodeCommand, type Reply, RespError } from './resp.ts';
import type { Seams } from './seams.ts';

/** The cache can't be reached or is too slow: go on without it. */
export class CacheUnavailable extends Error {
  override name = 'CacheUnavailable';
  /** All connections were in use: that says something about us, nothing about the cache. */
  readonly busy: boolean;
  constructor(message: string, busy = false) {
    super(message);
    this.busy = busy;
  }
}

export interface CacheClient {
  get(key: string, signal?: AbortSignal): Promise<string | null>;
  set(key: string, value: string, lifetimeMs: number): Promise<void>;
  delete(...keys: string[]): Promise<void>;
  /** Counts up from 1; a counter that the cache has lost begins again. */
  increment(key: string): Promise<number>;
  close(): void;
}

export interface CacheClientOptions {
  readonly port: number;
  readonly seams: Pick<Seams, 'reusesConnection'>;
  readonly connectionCountMax?: number;
  readonly connectTimeoutMs?: number;
  readonly replyTimeoutMs?: number;
  readonly poolTimeoutMs?: number;
}

interface Connection {
  readonly socket: Socket;
  readonly unread: Reply[];
  waiter: { readonly resolve: (reply: Reply) => void; readonly reject: (error: Error) => void } | undefined;
}

/** How a call left its connection. */
export type CallOutcome = 'answered' | 'cancelled' | 'timed-out' | 'broken';

const unreadCountMax = 64;
const queueCountMax = 256;

function openConnection(port: number, timeoutMs: number): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const parse = createRespParser();
    const connection: Connection = { socket, unread: [], waiter: undefined };
    const timer = setTimeout(
      () => fail(new CacheUnavailable(`no connection to the cache in ${timeoutMs} ms`)),
      timeoutMs,
    );
    const fail = (error: Error): void => {
      clearTimeout(timer);
      socket.destroy();
      connection.waiter?.reject(error);
      reject(error);
    };
    socket.once('connect', () => {
      clearTimeout(timer);
      resolve(connection);
    });
    socket.on('error', (error) => fail(new CacheUnavailable(`the cache connection failed: ${error.message}`)));
    socket.on('close', () => fail(new CacheUnavailable('the cache closed the connection')));
    socket.on('data', (chunk) => {
      try {
        connection.unread.push(...parse(chunk));
      } catch (error) {
        fail(new CacheUnavailable(error instanceof Error ? error.message : String(error)));
      }
      if (connection.unread.length > unreadCountMax) fail(new CacheUnavailable('replies that nobody asked for'));
      const { waiter } = connection;
      const reply = waiter === undefined ? undefined : connection.unread.shift();
      if (reply !== undefined) waiter?.resolve(reply);
    });
  });
}

/** The next reply on the connection; `outcome` is told why, when there is none. */
function readReply(
  connection: Connection,
  timeoutMs: number,
  signal: AbortSignal | undefined,
  outcome: (outcome: CallOutcome) => void,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const leave = (how: CallOutcome, settle: () => void): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      connection.waiter = undefined;
      outcome(how);
      settle();
    };
    const onAbort = (): void => leave('cancelled', () => reject(signal?.reason));
    const timer = setTimeout(
      () => leave('timed-out', () => reject(new CacheUnavailable(`no reply from the cache in ${timeoutMs} ms`))),
      timeoutMs,
    );
    signal?.addEventListener('abort', onAbort);
    connection.waiter = {
      resolve: (reply) => leave('answered', () => resolve(reply)),
      reject: (error) => leave('broken', () => reject(error)),
    };
    const reply = connection.unread.shift();
    if (reply !== undefined) connection.waiter.resolve(reply);
    else if (connection.socket.destroyed) connection.waiter.reject(new CacheUnavailable('the connection is gone'));
  });
}

export function createCacheClient(options: CacheClientOptions): CacheClient {
  const { connectionCountMax = 24, connectTimeoutMs = 250, replyTimeoutMs = 1000, poolTimeoutMs = 250 } = options;
  const idle: Connection[] = [];
  const queue: ((connection: Connection | undefined) => void)[] = [];
  let openCount = 0;
  let closed = false;

  async function open(): Promise<Connection> {
    openCount += 1;
    try {
      const connection = await openConnection(options.port, connectTimeoutMs);
      connection.socket.once('close', () => {
        openCount -= 1;
        queue.shift()?.(undefined);
      });
      return connection;
    } catch (error) {
      openCount -= 1;
      queue.shift()?.(undefined);
      throw error;
    }
  }

  function waitForIdle(): Promise<Connection | undefined> {
    return new Promise((resolve, reject) => {
      const take = (connection: Connection | undefined): void => {
        clearTimeout(timer);
        resolve(connection);
      };
      const timer = setTimeout(() => {
        queue.splice(queue.indexOf(take), 1);
        reject(
          new CacheUnavailable(`all ${connectionCountMax} cache connections were busy for ${poolTimeoutMs} ms`, true),
        );
      }, poolTimeoutMs);
      queue.push(take);
    });
  }

  async function checkOut(): Promise<Connection> {
    for (let next = idle.pop(); next !== undefined; next = idle.pop()) if (!next.socket.destroyed) return next;
    if (closed || queue.length >= queueCountMax) throw new CacheUnavailable('too many calls wait for the cache', true);
    if (openCount < connectionCountMax) return open();
    return (await waitForIdle()) ?? open();
  }

  function checkIn(connection: Connection, outcome: CallOutcome): void {
    if (closed || connection.socket.destroyed || !options.seams.reusesConnection(outcome)) connection.socket.destroy();
    else (queue.shift() ?? ((back) => back && idle.push(back)))(connection);
  }

  async function call(words: readonly string[], signal?: AbortSignal): Promise<Reply> {
    signal?.throwIfAborted();
    const connection = await checkOut();
    let outcome: CallOutcome = 'cancelled';
    try {
      // A client that left while we queued has written nothing: the connection is clean, whatever becomes of it.
      if (signal?.aborted) outcome = 'answered';
      signal?.throwIfAborted();
      connection.socket.write(encodeCommand(words));
      const reply = await readReply(connection, replyTimeoutMs, signal, (how) => {
        outcome = how;
      });
      if (reply instanceof RespError) throw reply;
      return reply;
    } finally {
      checkIn(connection, outcome);
    }
  }

  return {
    async get(key, signal) {
      const reply = await call(['GET', key], signal);
      if (reply === null || typeof reply === 'string') return reply;
      throw new TypeError(`the cache answered GET with ${typeof reply}, not with a string`);
    },
    async set(key, value, lifetimeMs) {
      await call(['SET', key, value, 'PX', String(lifetimeMs)]);
    },
    async delete(...keys) {
      await call(['DEL', ...keys]);
    },
    async increment(key) {
      const reply = await call(['INCR', key]);
      if (typeof reply === 'number') return reply;
      throw new TypeError(`the cache answered INCR with ${typeof reply}, not with a number`);
    },
    close() {
      closed = true;
      for (const connection of idle.splice(0)) connection.socket.destroy();
    },
  };
}
