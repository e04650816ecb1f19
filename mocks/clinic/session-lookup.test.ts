// The look-up against a cache that this test empties and takes away, and a database that answers in an order of its own.
import { beforeEach, expect, test } from 'vitest';
import { seamsWith } from './bugs/index.ts';
import { type CacheClient, CacheUnavailable } from './cache-client.ts';
import type { Database } from './database.ts';
import { createSessionLookup, type FoundSession, type KnownSession, type SessionLookup } from './session-lookup.ts';

const entries = new Map<string, string>();
let away: CacheUnavailable | undefined;
let asked: (readonly string[])[] = [];

async function reach<Value>(value: () => Value): Promise<Value> {
  if (away !== undefined) throw away;
  return value();
}

const cache: CacheClient = {
  get: (key) => reach(() => entries.get(key) ?? null),
  set: (key, value) => reach(() => void entries.set(key, value)),
  delete: (...keys) => reach(() => keys.forEach((key) => void entries.delete(key))),
  increment: () => reach(() => 1),
  close: () => {},
};

function sessionOf(hash: string): FoundSession {
  const patientId = hash.replace('token', 'patient');
  return { hash, tokenId: hash, sessionId: hash, patientId, number: 1, accountNumber: 2, name: hash };
}

/** Knows every token but `unknown`, and answers backwards, each token once. */
const database: Database = {
  async query<Row>(_statement: unknown, [hashes]: readonly unknown[]) {
    asked.push(hashes as string[]);
    const known = [...new Set(hashes as string[])].filter((hash) => hash !== 'unknown');
    return known.reverse().map(sessionOf) as Row[];
  },
  close: async () => {},
};

beforeEach(() => {
  entries.clear();
  away = undefined;
  asked = [];
});

let nowMs = 1_000_000;

function lookup(...bugs: string[]): SessionLookup {
  return createSessionLookup({ cache, database, seams: seamsWith(bugs) }, () => nowMs);
}

const { signal } = new AbortController();
const herd = ['token 1', 'token 2', 'unknown', 'token 3', 'token 1', 'token 4'];
const owners = ['patient 1', 'patient 2', undefined, 'patient 3', 'patient 1', 'patient 4'];

async function ownersOf(sessions: SessionLookup, hashes: readonly string[]): Promise<readonly (string | undefined)[]> {
  const found = await Promise.all(hashes.map((hash) => sessions.find(hash, signal)));
  return found.map((session) => session?.patientId);
}

async function settled(sessions: SessionLookup): Promise<void> {
  await ownersOf(sessions, ['token 9']);
  asked = [];
}

test('ordinarily each session is looked up alone, and once', async () => {
  const sessions = lookup();
  expect(await ownersOf(sessions, herd)).toEqual(owners);
  expect(asked.map((hashes) => hashes.length)).toEqual([1, 1, 1, 1, 1, 1]);
  asked = [];
  expect(await ownersOf(sessions, ['token 1', 'token 4'])).toEqual(['patient 1', 'patient 4']);
  expect(asked).toEqual([]);
});

test.each([
  ['flushed', () => entries.clear()],
  [
    'away',
    () => {
      away = new CacheUnavailable('gone');
    },
  ],
])('once the cache was %s, those who wait together are looked up together, for some seconds', async (_, happens) => {
  const sessions = lookup();
  await settled(sessions);
  happens();
  expect(await ownersOf(sessions, herd)).toEqual(owners);
  expect(asked).toEqual([herd]);
  asked = [];
  nowMs += 6_000;
  away = undefined;
  await ownersOf(sessions, ['token 7', 'token 8']);
  expect(asked.map((hashes) => hashes.length)).toEqual([1, 1]);
});

test('connections that are all in use are no outage', async () => {
  const sessions = lookup();
  await settled(sessions);
  away = new CacheUnavailable('all were busy', true);
  expect(await ownersOf(sessions, ['token 1', 'token 2'])).toEqual(['patient 1', 'patient 2']);
  expect(asked.map((hashes) => hashes.length)).toEqual([1, 1]);
});

test('a herd larger than a batch is taken in several', async () => {
  const sessions = lookup();
  await settled(sessions);
  entries.clear();
  const many = Array.from({ length: 250 }, (_, index) => `token ${index}`);
  expect(await ownersOf(sessions, many)).toEqual(many.map((hash) => hash.replace('token', 'patient')));
  expect(asked.map((hashes) => hashes.length)).toEqual([100, 100, 50]);
});

test('reconnect-herd mixes up a herd, and keeps the mix-up in the cache; one by one it does not', async () => {
  const sessions = lookup('reconnect-herd');
  await settled(sessions);
  entries.clear();
  for (const hash of ['token 1', 'token 2', 'unknown', 'token 3'])
    expect(await ownersOf(sessions, [hash])).toEqual(await ownersOf(lookup(), [hash]));
  entries.clear();
  expect(await ownersOf(sessions, ['token 1', 'token 2'])).toEqual(['patient 2', 'patient 1']);
  expect((await lookup().find('token 1', signal))?.patientId).toBe('patient 2');
});

test('session-store-fallback goes on with the session read last, while the cache is away', async () => {
  const [wrong, right] = [lookup('session-store-fallback'), lookup()];
  await ownersOf(wrong, ['token 1']);
  expect(await ownersOf(wrong, ['token 2', 'unknown'])).toEqual(['patient 2', undefined]);
  away = new CacheUnavailable('gone');
  expect(await ownersOf(wrong, ['token 1', 'unknown'])).toEqual(['patient 2', 'patient 2']);
  expect(await ownersOf(right, ['token 1', 'unknown'])).toEqual(['patient 1', undefined]);
});

test('what the cache holds as a session must be one', async () => {
  entries.set('session:token 1', '{"consultations":[]}');
  await expect(lookup().find('token 1', signal)).rejects.toThrow('is none');
  entries.set('session:token 1', JSON.stringify(sessionOf('token 1') satisfies KnownSession));
  expect((await lookup().find('token 1', signal))?.patientId).toBe('patient 1');
});
