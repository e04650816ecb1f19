// Cases of the catalogue's connections, contexts and processes: whose answer, session or instance it is.
import type { KnownCase } from './case.ts';

const slowCache = [{ kind: 'cache-slow', atMs: 200, forMs: 4_000 }] as const;
/** There is one, and all must be signed in by then: on a slow machine that takes a second and a half. */
const flush = [{ kind: 'cache-flush', atMs: 2_500, forMs: 1_500 }] as const;

export const processCases: readonly KnownCase[] = [
  {
    bug: 'pool-desync',
    rings: ['foreign-listing', 'foreign-identity', 'session-swap'],
    trigger: { scenarios: ['cancel-and-look-next'], faults: slowCache },
    lacks: 'nobody hangs up',
    without: { scenarios: ['cancel-and-look-next:no-abort'], faults: slowCache },
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
    trigger: { scenarios: ['reconnect-herd'], faults: [{ kind: 'cache-down', atMs: 1_000, forMs: 2_500 }] },
    lacks: 'the cache stays up',
    without: { scenarios: ['reconnect-herd'] },
  },
  {
    bug: 'reconnect-herd',
    rings: ['session-swap', 'foreign-listing', 'foreign-identity'],
    trigger: { scenarios: ['reconnect-herd'], faults: flush, nodes: 1, durationMs: 8_000 },
    lacks: 'one after another',
    without: { scenarios: ['reconnect-herd:in-turn'], faults: flush, nodes: 1, durationMs: 10_000 },
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
