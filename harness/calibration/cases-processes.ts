// Cases of the catalogue's connections, contexts and processes: whose answer, session or instance it is.
import type { KnownCase } from './case.ts';

const slowCache = (forMs: number) => [{ kind: 'cache-slow', atMs: 200, forMs }] as const;
/** All must be signed in by then: on a slow machine that takes a second and a half. */
const flush = { kind: 'cache-flush', atMs: 2_500, forMs: 1_500 } as const;

export const processCases: readonly KnownCase[] = [
  {
    bug: 'pool-desync',
    rings: ['foreign-listing', 'foreign-identity', 'session-swap'],
    trigger: { scenarios: ['cancel-and-look-next'], faults: slowCache(29_000) },
    lacks: 'nobody hangs up',
    without: { scenarios: ['cancel-and-look-next:no-abort'], faults: slowCache(4_000) },
    restart: true,
  },
  {
    bug: 'shared-request-context',
    rings: ['foreign-listing', 'foreign-identity', 'session-swap', 'misattributed-write'],
    trigger: { scenarios: ['same-instant'], nodes: 1 },
    lacks: 'one after another',
    without: { scenarios: ['same-instant:in-turn'], nodes: 1 },
  },
  {
    bug: 'session-store-fallback',
    rings: ['session-swap', 'foreign-listing', 'foreign-identity'],
    trigger: { scenarios: ['reconnect-herd'], faults: [{ kind: 'cache-down', atMs: 1_000, forMs: 4_000 }] },
    lacks: 'the cache stays up',
    without: { scenarios: ['reconnect-herd'] },
  },
  {
    bug: 'reconnect-herd',
    rings: ['session-swap', 'foreign-listing', 'foreign-identity'],
    trigger: {
      scenarios: ['reconnect-herd'],
      faults: [flush, { ...flush, atMs: 10_000 }],
      nodes: 1,
      durationMs: 16_000,
    },
    lacks: 'one after another',
    without: { scenarios: ['reconnect-herd:in-turn'], faults: [flush], nodes: 1, durationMs: 14_000 },
    restart: true,
  },
  {
    bug: 'framing-desync',
    rings: ['foreign-listing', 'foreign-identity', 'session-swap'],
    trigger: { scenarios: ['upload-cut-short'] },
    lacks: 'nobody hangs up',
    without: { scenarios: ['upload-cut-short:no-abort'] },
    restart: true,
  },
  {
    bug: 'drifted-instance',
    rings: ['foreign-listing'],
    trigger: { scenarios: ['same-instant'] },
    lacks: 'one instance only',
    without: { scenarios: ['same-instant'], nodes: 1 },
  },
];
