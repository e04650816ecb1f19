// What an incident pack is made of: the facts of one run as those ask who must answer for a leak. Types only; the formats are
// functions from this to text. A drill knows nothing of real people: what a person must add is marked as such.
import type { ContainReport } from '../containment/report.ts';
import type { Commonality, Outcome, RuleId } from '../verdict.ts';

/** Listed: it stood on a list or page that reached them. Viewed: the recording itself was delivered. The two are never added up. */
export interface Reach {
  /** Patients whose things they were, people (or clients without a session) who got them, and who with whom. */
  readonly owners: number;
  readonly viewers: number;
  readonly pairs: number;
  readonly things: number;
}

export interface Both<T> {
  readonly listed: T;
  readonly viewed: T;
}

/** Milliseconds since the epoch. */
export interface Span {
  readonly firstAt: number;
  readonly lastAt: number;
}

/** By which way data reached somebody: one rule that rang on one kind of request. */
export interface IncidentRoute extends Span {
  readonly rule: RuleId;
  readonly route: string;
  readonly reach: Both<Reach>;
  readonly nodes: readonly string[];
  readonly versions: readonly string[];
  readonly faultsOpen: readonly string[];
  readonly healedBefore?: readonly string[];
  readonly cause: string | null;
  readonly common: Commonality | null;
}

/** One person whose data reached others. Names are synthetic; without them where the accounts are not the harness's own. */
export interface AffectedPerson extends Span {
  readonly patient: number;
  readonly name: string | null;
  readonly email: string | null;
  readonly practice: string | null;
  readonly things: Both<number>;
  readonly viewers: Both<number>;
  readonly kinds: readonly string[];
  readonly routes: readonly string[];
}

export interface IncidentPair extends Span {
  readonly owner: string;
  readonly viewer: string;
  readonly things: Both<number>;
  readonly routes: readonly string[];
}

export interface DataKind {
  readonly kind: string;
  readonly things: Both<number>;
}

export interface EvidenceFile {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface IncidentMoment {
  readonly at: number;
  readonly what: string;
}

export interface Incident {
  readonly version: 1;
  readonly notice: string;
  readonly run: {
    readonly id: string;
    readonly target: string;
    readonly seed: string;
    readonly driver: string;
    readonly startedAt: number;
    readonly endedAt: number;
    readonly verdict: Outcome;
    readonly meaning: string;
    readonly reasons: readonly string[];
    readonly operations: number;
  };
  /** null: no data reached anybody without a right to it, as far as was seen. */
  readonly exposure: Exposure | null;
  readonly timeline: readonly IncidentMoment[];
  readonly contained: ContainReport | null;
  /** Why the load ended before its time; null: it went on to its end. */
  readonly cutShort: string | null;
  readonly evidence: readonly EvidenceFile[];
  readonly evidenceLeftOut: number;
}

export interface Exposure extends Span {
  readonly reach: Both<Reach>;
  /** Distinct patients and viewers, however they were reached. */
  readonly owners: number;
  readonly viewers: number;
  /** The first answer in which it was noticed. */
  readonly noticed: { readonly rule: RuleId; readonly session: string; readonly requestId: string | null };
  readonly kinds: readonly DataKind[];
  readonly routes: readonly IncidentRoute[];
  readonly affected: readonly AffectedPerson[];
  readonly affectedLeftOut: number;
  readonly pairs: readonly IncidentPair[];
  readonly pairsLeftOut: number;
}
