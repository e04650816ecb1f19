// The shared cache as a process of its own, so that it can be slow or away while the apps live. It speaks RESP: Redis can take its place.
// `slow` holds each command back; `down` cuts the connection that a command came on, as a dying server does.
import { createServer, type Server, type Socket } from 'node:net';
import { createCacheStore } from './cache-store.ts';
import { serveParent } from './child.ts';
import type { CacheReport, CacheSetting } from './messages.ts';
import { createRespParser, encodeReply, type Reply } from './resp.ts';

const store = createCacheStore(Date.now);
let setting: CacheSetting = { mode: 'ok', latencyMs: 0 };
let delayedCount = 0;
let refusedCount = 0;

function answer(socket: Socket, words: readonly string[]): void {
  if (setting.mode === 'down') {
    refusedCount += 1;
    socket.destroy();
  } else if (!socket.destroyed) {
    socket.write(encodeReply(store.perform(words)));
  }
}

/** Answers leave in the order of their commands, even when the latency changes between two of them. */
function serve(socket: Socket): void {
  const parse = createRespParser();
  let waitingCount = 0;
  let freeAtMs = 0;
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    for (const command of commandsIn(parse, socket, chunk)) {
      if (setting.mode !== 'slow' && waitingCount === 0) {
        answer(socket, command);
        continue;
      }
      delayedCount += 1;
      waitingCount += 1;
      freeAtMs = Math.max(freeAtMs, Date.now() + (setting.mode === 'slow' ? setting.latencyMs : 0));
      setTimeout(() => {
        waitingCount -= 1;
        answer(socket, command);
      }, freeAtMs - Date.now());
    }
  });
}

function commandsIn(parse: (chunk: Buffer) => readonly Reply[], socket: Socket, chunk: Buffer): readonly string[][] {
  try {
    return parse(chunk).map((words) => (Array.isArray(words) ? words.map(String) : []));
  } catch {
    socket.destroy();
    return [];
  }
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}

serveParent({
  start: async () => ({ port: await listen(createServer(serve)) }),
  flush: () => {
    store.perform(['FLUSHALL']);
    return null;
  },
  set: (argument) => {
    setting = argument as CacheSetting;
    return null;
  },
  state: (): CacheReport => ({
    ...setting,
    entryCount: store.entryCount,
    flushCount: store.flushCount,
    flushedEntryCount: store.flushedEntryCount,
    delayedCount,
    refusedCount,
  }),
});
