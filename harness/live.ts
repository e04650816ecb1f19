// What the live line shows and what stops a run on its first leak: cheap, incremental, and certain. It suspects only what no
// right could explain; in doubt it stays silent, for the judge has the last word on the finished history.
import { archetypeOf, clinicianOf, cliniciansPerPractice, counterpartOf } from '../fixtures/cohort.ts';
import { patientIndex, patientIndexMax } from '../fixtures/domain.ts';
import { declaredFor } from './checks/capability.ts';
import { cacheLifetimeDefaultMs } from './checks/windows.ts';
import type { HistoryLine, Operation } from './history.ts';
import type { CapabilityUrls } from './targets/target.ts';

export interface LiveCount {
  readonly operations: number;
  /** Approximate: chances that hang together are merged between fault events. */
  readonly opportunities: number;
  /** Operations that showed another's data without any right that could exist. */
  readonly suspected: number;
}

export interface LiveOptions {
  /** Whether the plan ever shares the owner's data with the viewer; its line may come after the sighting's. Default: parent and child. */
  readonly mayShare?: (owner: number, viewer: number) => boolean;
  /** See `Declarations.cacheLifetimeMs`. */
  readonly cacheLifetimeMs?: number;
  /** See `Declarations.capabilityUrls`: whether such an address was given by right, the judge has to say. */
  readonly capabilityUrls?: readonly CapabilityUrls[];
}

export interface LiveWatch {
  feed(line: HistoryLine): LiveCount;
}

/** Chances remembered between two fault events; beyond it they count no further. */
const chancesMax = 100_000;

export function liveWatch(options: LiveOptions = {}): LiveWatch {
  const mayShare = options.mayShare ?? familyMayShare;
  const cacheLifetimeMs = options.cacheLifetimeMs ?? cacheLifetimeDefaultMs;
  const shared = new Set<string>();
  const chances = new Set<string>();
  let run: number | undefined;
  let operations = 0;
  let opportunities = 0;
  let suspected = 0;
  /** Until then the judge reports apart what is seen. */
  let underProbeUntil = 0;

  const isSuspect = (op: Operation): boolean =>
    sightedOwners(op, run, options).some(
      (owner) =>
        owner !== op.patient &&
        !mayTreat(owner, op.clinician) &&
        (op.patient === null || !(shared.has(`${owner}>${op.patient}`) || mayShare(owner, op.patient))),
    );

  const take = (op: Operation): void => {
    operations++;
    if (op.action === 'share') shared.add(`${op.patient}>${op.of}`);
    const connection = op.exchanges.find((exchange) => exchange.sightings.length > 0)?.connection;
    if (connection === undefined) return;
    if (chances.size < chancesMax) chances.add(op.barrier ?? connection);
    if (op.startedAt > underProbeUntil && isSuspect(op)) suspected++;
  };

  return {
    feed(line) {
      if (line.t === 'run') run = line.run;
      else if (line.t === 'operation' && line.alarm !== true) take(line);
      else if (line.t === 'fault') {
        if (line.hostile)
          underProbeUntil = line.event === 'healed' ? line.at + cacheLifetimeMs : Number.POSITIVE_INFINITY;
        opportunities += chances.size;
        chances.clear();
      }
      return { operations, opportunities: opportunities + chances.size, suspected };
    },
  };
}

function sightedOwners(op: Operation, run: number | undefined, declares: LiveOptions): number[] {
  return op.exchanges
    .filter((exchange) => declaredFor(exchange, declares) === undefined)
    .flatMap(({ sightings }) => sightings.filter((sighting) => sighting.run === run).map(({ owner }) => owner));
}

/** Patients move to the clinician of the same number in another practice; when, the judge has to say. */
function mayTreat(owner: number, clinician: number | undefined): boolean {
  if (clinician === undefined || owner > patientIndexMax) return false;
  return clinicianOf(patientIndex(owner)) % cliniciansPerPractice === clinician % cliniciansPerPractice;
}

/** The two of a household who act for each other. */
function familyMayShare(owner: number, viewer: number): boolean {
  if (owner > patientIndexMax) return false;
  const patient = patientIndex(owner);
  const archetype = archetypeOf(patient);
  return (archetype === 'parent' || archetype === 'child') && counterpartOf(patient) === viewer;
}
