// Cases of the catalogue's identity of things: ids, names, keys and links that come to mean somebody else's.
import type { KnownCase } from './case.ts';

/** Far enough apart that no two calls end within a second. */
const unhurried = { thinkMs: 150, durationMs: 7_000 } as const;

/** The first may happen to lose nothing. */
const failovers = [
  { kind: 'database-failover', atMs: 1_500, forMs: 3_000 },
  { kind: 'database-failover', atMs: 9_000, forMs: 3_000 },
] as const;

export const identityCases: readonly KnownCase[] = [
  {
    bug: 'id-reuse-after-failover',
    rings: ['foreign-listing'],
    trigger: { scenarios: ['lost-and-rebooked'], faults: failovers, durationMs: 18_000 },
    lacks: 'no failover',
    without: { scenarios: ['lost-and-rebooked'], durationMs: 5_000 },
  },
  {
    bug: 'slot-name-collision',
    rings: ['foreign-recording'],
    trigger: { scenarios: ['end-together'] },
    lacks: 'one after another',
    without: { scenarios: ['end-together:in-turn'], ...unhurried },
  },
  {
    bug: 'call-switch',
    rings: ['foreign-listing', 'foreign-recording'],
    trigger: { scenarios: ['switch-the-call'] },
    lacks: 'no call is switched',
    without: { scenarios: ['switch-the-call:no-switch-call'] },
  },
  {
    bug: 'link-reuse',
    rings: ['foreign-recording', 'anonymous', 'afterlife'],
    trigger: { scenarios: ['shared-link'] },
    lacks: 'no link is passed on',
    without: { scenarios: ['shared-link:no-follow-link'] },
  },
  {
    bug: 'idempotency-unscoped',
    rings: ['foreign-listing', 'foreign-identity'],
    trigger: { scenarios: ['double-submit'] },
    lacks: 'keys of one’s own',
    without: { scenarios: ['double-submit:own-keys'] },
  },
];
