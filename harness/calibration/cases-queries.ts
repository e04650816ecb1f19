// Cases of the catalogue's queries and side channels: filters, cursors, files, mail and streams.
import type { KnownCase } from './case.ts';

/** Both instances have a batch in hand, and are in its midst when the provider is back: a batch is given up after two seconds. */
const manyLetters = { sessions: 12, durationMs: 9_000 } as const;

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
    trigger: { scenarios: ['page-across-flush'], faults: [{ kind: 'cache-flush', atMs: 1_200, forMs: 1_500 }] },
    lacks: 'no flush',
    without: { scenarios: ['page-across-flush'] },
  },
  {
    bug: 'export-context',
    rings: ['foreign-recording', 'foreign-listing'],
    trigger: { scenarios: ['export-together'], nodes: 1 },
    lacks: 'one after another',
    without: { scenarios: ['export-together:in-turn'], nodes: 1 },
  },
  {
    bug: 'notice-misdirected',
    rings: ['foreign-identity', 'foreign-listing'],
    trigger: {
      scenarios: ['notices-after-outage'],
      faults: [{ kind: 'mail-down', atMs: 1_000, forMs: 3_100 }],
      ...manyLetters,
    },
    lacks: 'mail goes out',
    without: { scenarios: ['notices-after-outage'], ...manyLetters },
  },
  {
    bug: 'stream-misrouted',
    rings: ['foreign-listing'],
    // It shows where two came after the one who leaves: in every second stretch of listening.
    trigger: { scenarios: ['live-through-reconnects'], nodes: 1, durationMs: 16_000 },
    lacks: 'nobody hangs up',
    without: { scenarios: ['live-through-reconnects:no-abort'], nodes: 1, durationMs: 7_000 },
    restart: true,
  },
];
