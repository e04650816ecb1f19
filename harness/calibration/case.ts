// A case: for one bug the shortest drill that has its trigger, and the nearest one that lacks just that. Data only: the first must
// find the bug, the second must not, or it was luck.
import type { RuleId } from '../verdict.ts';

export interface TunedDrill {
  /** A name may be followed by what is taken out of it, as in `cancel-and-look-next:no-abort` (see `variants.ts`). */
  readonly scenarios: readonly [string, ...string[]];
  readonly faults?: readonly { readonly kind: string; readonly atMs: number; readonly forMs: number }[];
  readonly durationMs?: number;
  readonly sessions?: number;
  /** At browsers beside them. */
  readonly browser?: number;
  readonly thinkMs?: number;
  readonly nodes?: number;
}

export interface KnownCase {
  readonly bug: string;
  /** Rules of which at least one must ring. */
  readonly rings: readonly RuleId[];
  readonly trigger: TunedDrill;
  /** What `without` lacks, as in `nobody hangs up`. */
  readonly lacks: string;
  readonly without: TunedDrill;
  /** It breaks something in the instances that outlives their patients: they are started anew between two trials. */
  readonly restart?: boolean;
}
