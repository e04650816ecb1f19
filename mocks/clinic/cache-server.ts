// The shared cache as a process of its own, so that it can be slow or away while the apps live. It speaks RESP: Redis can take its place.
// `slow` holds each command back; `down` cuts the connection that a command came on, as a dying server does; `paused` answers
// nothing until it goes on, and then everything, also what nobody waits for any more. A restart is one as its clients see it: nobody
// listens for a while, and then somebody who knows nothing.
import { randomUUID } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { createCacheStore } from './cache-store.ts';
import { serveParent } from './child.ts';
import { listen } from './http.ts';
import type { CacheReport, CacheSetting } from './messages.ts';
import { createRespParser, encodeReply, type Reply } from './resp.ts';

const pausedCommandCountMax = 10_000;
const restartMs = 300;

let server: Server | undefined;
let port = 0;
let bootId = randomUUID();
const store = createCacheStore(Date.now);
const sockets = new Set<Socket>();
let setting: CacheSetting = { mode: 'ok', latencyMs: 0 };
let entryCountMax: number | null = null;
const counted = { delayed: 0, refused: 0, unanswered: 0, cut: 0, promoted: 0, lost: 0, swapped: 0 };
let paused: (() => void)[] = [];

function answer(socket: Socket, words: readonly string[]): void {
  if (setting.mode === 'down') {
    counted.refused += 1;
    socket.destroy();
  } else if (setting.mode === 'paused') {
    counted.unanswered += 1;
    if (paused.length < pausedCommandCountMax) paused.push(() => answerLate(socket, words));
    else socket.destroy();
  } else if (!socket.destroyed) {
    socket.write(encodeReply(store.perform(words)));
  }
}

/** It was sent before the client gave up, so it is performed all the same, as Redis would. */
function answerLate(socket: Socket, words: readonly string[]): void {
  const reply = encodeReply(store.perform(words));
  if (!socket.destroyed) socket.write(reply);
}

/** Answers leave in the order of their commands, even when the latency changes between two of them. */
function serve(socket: Socket): void {
  const parse = createRespParser();
  let waitingCount = 0;
  let freeAtMs = 0;
  sockets.add(socket);
  socket.on('close', () => sockets.delete(socket));
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    for (const command of commandsIn(parse, socket, chunk)) {
      if (setting.mode !== 'slow' && waitingCount === 0) {
        answer(socket, command);
        continue;
      }
      counted.delayed += 1;
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

function set(next: CacheSetting): void {
  setting = next;
  if (next.mode === 'paused') return;
  const waiting = paused;
  paused = [];
  for (const perform of waiting) perform();
}

function cutAll(): number {
  const cutCount = sockets.size;
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  return cutCount;
}

function report(): CacheReport {
  return {
    ...setting,
    bootId,
    entryCount: store.entryCount,
    entryCountMax,
    flushCount: store.flushCount,
    flushedEntryCount: store.flushedEntryCount,
    evictedCount: store.evictedCount,
    delayedCount: counted.delayed,
    refusedCount: counted.refused,
    unansweredCount: counted.unanswered,
    cutConnectionCount: counted.cut,
    promotedCount: counted.promoted,
    lostWriteCount: counted.lost,
    swappedCount: counted.swapped,
  };
}

async function open(wanted: number): Promise<number> {
  server = createServer(serve);
  return listen(server, wanted);
}

async function restart(): Promise<void> {
  const closed = new Promise((resolve) => server?.close(resolve));
  cutAll();
  paused = [];
  store.forget();
  bootId = randomUUID();
  await closed;
  await pause(restartMs);
  await open(port);
}

serveParent({
  start: async () => {
    port = await open(0);
    return { port };
  },
  restart,
  state: report,
  flush: () => void store.perform(['FLUSHALL']),
  set: (argument) => set(argument as CacheSetting),
  squeeze: (argument) => {
    entryCountMax = argument as number | null;
    store.squeeze(entryCountMax);
  },
  cut: () => {
    counted.cut += cutAll();
  },
  promote: (lagMs) => {
    counted.promoted += 1;
    counted.lost += store.goBack(lagMs as number);
    // Clients of the old primary lose it; the replica is found at the same address.
    cutAll();
  },
  swap: () => {
    const swappedCount = store.swap();
    counted.swapped += swappedCount;
    return swappedCount;
  },
});
