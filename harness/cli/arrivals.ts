// Those who were there before. A deployment may keep a number for each clinician whose patients it has seen, and a leak may go by how many
// there are: on one that nobody ever used, a written program then shows nothing unless one patient of each comes and goes first.
import { archetypeOf, clinicianOf } from '../../fixtures/cohort.ts';
import type { PatientIndex } from '../../fixtures/domain.ts';
import { loadZeroOf } from '../reproduction/plan-time.ts';
import { recorder } from '../reproduction/recorder.ts';
import { type Request, sayAgain } from '../reproduction/say-again.ts';
import { secretsIn } from './recorded-leak.ts';
import type { ReproInput } from './write-repro.ts';

export interface Arrivals {
  /** What the administrator says for them to come, and to go. */
  readonly requests: readonly Request[];
  /** By name, what must not stand in them. */
  readonly secrets: ReadonlyMap<string, string>;
}

/** Null when they could not be made to come. */
export async function recordArrivals({ whole, stand }: ReproInput): Promise<Arrivals | null> {
  const plan = { ...whole, people: oneOfEach(whole.people), sessions: [], faults: [] };
  const { overhear, said } = recorder([]);
  const { outcome, lines } = await stand.hold(plan, { overhear });
  if (outcome.kind === 'void') return null;
  const zero = loadZeroOf(lines);
  const secrets = secretsIn(plan, stand, lines);
  const { setUp, cleanUp } = sayAgain({
    ...{ said, pulled: [], secrets },
    load: { beganAt: zero, endedAt: zero },
    mustNotShow: () => [],
  });
  return { requests: [...setUp, ...cleanUp], secrets };
}

/** For each clinician somebody who has nothing, and so takes one request; where there is none, somebody. */
function oneOfEach(people: readonly PatientIndex[]): readonly PatientIndex[] {
  const chosen = new Map<number, PatientIndex>();
  for (const patient of people) {
    const known = chosen.get(clinicianOf(patient));
    const isBetter = known === undefined || (!isNewcomer(known) && isNewcomer(patient));
    if (isBetter) chosen.set(clinicianOf(patient), patient);
  }
  return [...chosen.values()].sort((one, other) => one - other);
}

const isNewcomer = (patient: PatientIndex): boolean => archetypeOf(patient) === 'newcomer';
