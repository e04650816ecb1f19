// Cases of the catalogue's queries and side channels: filters, cursors, files, mail and streams.
import type { KnownCase } from './case.ts';

/** Both instances have a batch in hand. */
const manyLetters = { sessions: 12 } as const;

/** An instance must be in the midst of a batch when the provider is back, and gives one up after two seconds: the one may come between two. */
const outages = [
  { kind: 'mail-down', atMs: 1_000, forMs: 3_100 },
  { kind: 'mail-down', atMs: 9_000, forMs: 4_300 },
] as const;

const flushes = [1_200, 4_200, 7_200].map((atMs) => ({ kind: 'cache-flush', atMs, forMs: 1_500 }));

export const queryCases: readonly KnownCase[] = [
  {
    bug: 'fail-open-filter',
    rings: ['foreign-listing'],
    trigger: { scenarios: ['first-visit'] },
    lacks: 'nobody without a consultation',
    without: { scenarios: ['book-while-rewatching'] },
  },
  {
    bug: 'cursor-unscoped',
    rings: ['foreign-listing'],
    trigger: { scenarios: ['page-across-flush'], faults: flushes },
    lacks: 'no flush',
    without: { scenarios: ['page-across-flush'] },
  },
  {
    bug: 'export-context',
    rings: ['foreign-recording', 'foreign-listing'],
    trigger: { scenarios: ['export-together'], nodes: 1 },
    lacks: 'one after another',
    without: { scenarios: ['export-together:in-turn'], nodes: 1, durationMs: 8_000 },
  },
  {
    bug: 'notice-misdirected',
    rings: ['foreign-identity', 'foreign-listing'],
    trigger: {
      scenarios: ['notices-after-outage'],
      faults: outages,
      durationMs: 18_000,
      ...manyLetters,
    },
    lacks: 'mail goes out',
    without: { scenarios: ['notices-after-outage'], durationMs: 9_000, ...manyLetters },
  },
  {
    bug: 'stream-misrouted',
    rings: ['foreign-listing'],
    // It shows where two came after the one who leaves: in every second stretch of listening.
    trigger: { scenarios: ['live-through-reconnects'], nodes: 1, durationMs: 24_000 },
    lacks: 'nobody hangs up',
    without: { scenarios: ['live-through-reconnects:no-abort'], nodes: 1, durationMs: 7_000 },
    restart: true,
  },
];
