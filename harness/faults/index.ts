// Every fault there is, listed by hand, in the order in which a drill takes them unless told otherwise: what most often makes a deployment
// leak comes early, the one after which everybody must sign in again comes late. To add one: write its file, add its line here, and a
// case in faults.test.ts.

import { systemFaultNamed } from '../systems/index.ts';
import { cacheCut } from './cache-cut.ts';
import { cacheDown } from './cache-down.ts';
import { cacheFlush } from './cache-flush.ts';
import { cacheHalfOpen } from './cache-half-open.ts';
import { cachePause } from './cache-pause.ts';
import { cachePromoteStale } from './cache-promote-stale.ts';
import { cacheReset } from './cache-reset.ts';
import { cacheRestart } from './cache-restart.ts';
import { cacheSlow } from './cache-slow.ts';
import { cacheSqueeze } from './cache-squeeze.ts';
import { cacheSwap } from './cache-swap.ts';
import { databaseCut } from './database-cut.ts';
import { databaseDown } from './database-down.ts';
import { databaseFailover } from './database-failover.ts';
import { databaseHalfOpen } from './database-half-open.ts';
import { databaseHold } from './database-hold.ts';
import { databaseReset } from './database-reset.ts';
import { databaseSlow } from './database-slow.ts';
import { deployRestart } from './deploy-restart.ts';
import { deployRollback } from './deploy-rollback.ts';
import { deployUpgrade } from './deploy-upgrade.ts';
import { edgeConfig } from './edge-config.ts';
import { edgePurge } from './edge-purge.ts';
import type { Fault } from './fault.ts';
import { instanceCrash } from './instance-crash.ts';
import { instanceFreeze } from './instance-freeze.ts';
import { mailDown } from './mail-down.ts';
import { none } from './none.ts';

export const faults: readonly Fault[] = [
  cacheFlush,
  edgeConfig,
  cacheSlow,
  cacheDown,
  mailDown,
  deployUpgrade,
  cacheRestart,
  cachePause,
  instanceCrash,
  cachePromoteStale,
  deployRollback,
  cacheSqueeze,
  edgePurge,
  databaseCut,
  instanceFreeze,
  cacheReset,
  cacheHalfOpen,
  databaseSlow,
  databaseReset,
  databaseDown,
  databaseHalfOpen,
  databaseFailover,
  deployRestart,
  databaseHold,
  cacheCut,
];

/** Only where a drill names them: no accident does what they do, so what they find is reported apart. */
export const hostileProbes: readonly Fault[] = [cacheSwap];

const schedulable = [none, ...faults, ...hostileProbes];

/** The fault of that kind, `none`, hostile probes and those done to a system included. Throws an error that lists the known kinds. */
export function faultNamed(kind: string): Fault {
  const fault = schedulable.find((candidate) => candidate.kind === kind) ?? systemFaultNamed(kind);
  if (fault) return fault;
  throw new Error(`there is no fault "${kind}"; the known ones are ${schedulable.map((f) => f.kind).join(', ')}`);
}
