// Every fault there is, listed by hand. To add one: write its file, add its line here, and a case in faults.test.ts.
import { cacheDown } from './cache-down.ts';
import { cacheFlush } from './cache-flush.ts';
import { cacheSlow } from './cache-slow.ts';
import { deployRestart } from './deploy-restart.ts';
import { deployRollback } from './deploy-rollback.ts';
import { deployUpgrade } from './deploy-upgrade.ts';
import type { Fault } from './fault.ts';
import { instanceCrash } from './instance-crash.ts';
import { instanceFreeze } from './instance-freeze.ts';
import { none } from './none.ts';

export const faults: readonly Fault[] = [
  cacheFlush,
  cacheSlow,
  cacheDown,
  deployRestart,
  deployUpgrade,
  deployRollback,
  instanceCrash,
  instanceFreeze,
];

const schedulable = [none, ...faults];

/** The fault of that kind, `none` included. Throws an error that lists the known kinds. */
export function faultNamed(kind: string): Fault {
  const fault = schedulable.find((candidate) => candidate.kind === kind);
  if (fault) return fault;
  throw new Error(`there is no fault "${kind}"; the known ones are ${schedulable.map((f) => f.kind).join(', ')}`);
}
