// Cases of the catalogue's caches: what one patient's answer is kept under, and who else is given it.
import type { KnownCase } from './case.ts';

/** Two numbers must meet, of some patient and of some account, so it takes a crowd. */
const whileRolling = { scenarios: ['cross-the-deploy'], sessions: 40, thinkMs: 120 } as const;

export const cacheCases: readonly KnownCase[] = [
  {
    bug: 'cache-key-lacks-owner',
    rings: ['foreign-listing'],
    trigger: { scenarios: ['same-instant'] },
    lacks: 'the cache is down',
    // Nobody asks before it is down.
    without: {
      scenarios: ['same-instant'],
      thinkMs: 250,
      durationMs: 8_000,
      faults: [{ kind: 'cache-down', atMs: 0, forMs: 10_000 }],
    },
  },
  {
    bug: 'heuristic-freshness',
    rings: ['foreign-listing'],
    trigger: { scenarios: ['same-instant'] },
    lacks: 'tokens, no cookies',
    without: { scenarios: ['same-instant:by-bearer'] },
  },
  {
    bug: 'edge-caches-private',
    rings: ['foreign-listing', 'foreign-identity', 'session-swap'],
    trigger: { scenarios: ['same-instant'], faults: [{ kind: 'edge-config', atMs: 600, forMs: 28_000 }] },
    lacks: 'the configuration stays',
    without: { scenarios: ['same-instant'] },
  },
  {
    bug: 'edge-stores-session',
    rings: ['session-swap'],
    trigger: { scenarios: ['session-refresh-storm'], durationMs: 20_000 },
    lacks: 'tokens, no cookies',
    without: { scenarios: ['session-refresh-storm:by-bearer'], durationMs: 10_000 },
  },
  {
    bug: 'request-collapsing',
    rings: ['foreign-listing', 'foreign-identity', 'session-swap'],
    trigger: { scenarios: ['same-instant'] },
    lacks: 'one after another',
    without: { scenarios: ['same-instant:in-turn'] },
  },
  {
    bug: 'path-confusion',
    rings: ['anonymous', 'foreign-listing'],
    trigger: { scenarios: ['odd-paths'] },
    lacks: 'no odd path',
    without: { scenarios: ['odd-paths:no-open-odd-path'] },
  },
  {
    bug: 'mixed-key-format',
    rings: ['foreign-listing'],
    trigger: {
      ...whileRolling,
      durationMs: 18_000,
      faults: [
        { kind: 'deploy-upgrade', atMs: 1_000, forMs: 4_000 },
        { kind: 'deploy-rollback', atMs: 9_000, forMs: 4_000 },
      ],
    },
    lacks: 'the same version again',
    without: { ...whileRolling, durationMs: 10_000, faults: [{ kind: 'deploy-restart', atMs: 1_000, forMs: 4_000 }] },
  },
  {
    bug: 'stale-after-revoke',
    rings: ['afterlife'],
    trigger: { scenarios: ['lend-and-withdraw'] },
    lacks: 'nothing is withdrawn',
    without: { scenarios: ['lend-and-withdraw:no-withdraw'], durationMs: 3_000 },
  },
  {
    bug: 'clinician-keeps-access',
    rings: ['afterlife'],
    trigger: { scenarios: ['move-practice'] },
    lacks: 'nobody moves',
    without: { scenarios: ['move-practice:no-move-practice'] },
  },
];
