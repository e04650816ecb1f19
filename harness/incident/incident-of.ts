// From a run's history and verdict to its incident: who could see whom, who did, from when to when, by which way, what kinds of
// data. The rules are folded over the history anew, for a verdict keeps only a few violations as evidence.
import { patientIndex } from '../../fixtures/domain.ts';
import { person } from '../../fixtures/people.ts';
import { buildWorld, type World } from '../checks/world.ts';
import { switchFaultId } from '../containment/judge.ts';
import type { ContainReport } from '../containment/report.ts';
import type { HistoryLine } from '../history.ts';
import { examine } from '../oracle.ts';
import type { Declarations } from '../targets/target.ts';
import type { Verdict } from '../verdict.ts';
import type { AffectedPerson, EvidenceFile, Exposure, Incident, IncidentMoment } from './incident.ts';
import { affectedMax, type PersonTold, tallyIncident } from './tally.ts';

export const incidentNotice =
  'This is a drill. Every person in it is synthetic: names, addresses and recordings were made for the test, and nobody was harmed.';

const momentsMax = 200;

export interface IncidentSources {
  readonly lines: readonly HistoryLine[];
  readonly verdict: Verdict;
  readonly declares: Declarations;
  readonly strict: boolean;
  readonly contained: ContainReport | null;
  readonly evidence: readonly EvidenceFile[];
  readonly evidenceLeftOut: number;
}

export function incidentOf(sources: IncidentSources): Incident {
  const { lines, verdict, declares, strict, contained } = sources;
  const world = buildWorld(lines, declares);
  const tally = tallyIncident((id) => world.ids.get(id)?.item ?? null);
  const { findings } = examine(world, strict, (violation) => tally.add(violation));
  const exposure = withNames(tally.finish(findings), world);
  const { id, target, seed, driver, startedAt, endedAt, meaning, reasons, operations } = verdict;
  return {
    version: 1,
    notice: incidentNotice,
    run: { id, target, seed, driver, startedAt, endedAt, verdict: verdict.verdict, meaning, reasons, operations },
    exposure,
    timeline: momentsOf(world, exposure, contained).slice(0, momentsMax),
    contained,
    cutShort: world.phases.get('load')?.cutShort ?? null,
    evidence: sources.evidence,
    evidenceLeftOut: sources.evidenceLeftOut,
  };
}

type Tallied = ReturnType<ReturnType<typeof tallyIncident>['finish']>;

function withNames(tallied: Tallied, world: World): Exposure | null {
  if (tallied === null) return null;
  const { people, ...exposure } = tallied;
  const affected = [...people]
    .sort(([a], [b]) => a - b)
    .slice(0, affectedMax)
    .map(([patient, told]) => affectedPerson(patient, told, world));
  return { ...exposure, affected };
}

/** Leased accounts belong to whoever made them: the harness does not know whose names they bear. */
function affectedPerson(patient: number, told: PersonTold, { run }: World): AffectedPerson {
  if (run.leased === true) return { ...told, patient, name: null, email: null, practice: null };
  const { givenName, surname, email, practice } = person(run.seed, run.run, patientIndex(patient));
  return { ...told, patient, name: `${givenName} ${surname}`, email, practice: practice.name };
}

function momentsOf(world: World, exposure: Exposure | null, contained: ContainReport | null): IncidentMoment[] {
  const load = world.phases.get('load');
  const at = (when: number | null | undefined, what: string): IncidentMoment[] =>
    when === null || when === undefined ? [] : [{ at: when, what }];
  return [
    ...at(load?.beganAt, 'the load began'),
    ...world.faults
      .filter(({ id }) => contained === null || id !== switchFaultId)
      .flatMap(({ kind, openedAt, healedAt }) => [
        ...at(openedAt, `${kind} was injected`),
        ...at(healedAt, `${kind} was healed`),
      ]),
    ...(exposure?.routes ?? []).flatMap(({ rule, route, firstAt, lastAt }) => [
      ...at(firstAt, `first sight by ${rule} (${route})`),
      ...at(lastAt === firstAt ? null : lastAt, `last sight by ${rule} (${route})`),
    ]),
    ...at(contained?.pulledAt, `the switch ${contained?.switch} was pulled`),
    ...at(contained?.releasedAt, `the switch ${contained?.switch} was released`),
    ...at(load?.endedAt, load?.cutShort ? `the load was ended: ${load.cutShort}` : 'the load ended'),
    ...at(world.phases.get('unseed')?.endedAt, 'the synthetic people had been removed'),
  ].sort((a, b) => a.at - b.at);
}
