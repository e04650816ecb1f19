// From seed to plan: which scenes each troupe of lanes plays when, and so what each lane's sessions are. A pure function
// of its input, troupe by troupe, so that k6 derives the plans of its own lanes and nothing is shipped. Safe inside k6.
import { halfHousehold } from '../fixtures/cohort.ts';
import { consultationItemMax, liveItemFirst, type PatientIndex, patientIndex } from '../fixtures/domain.ts';
import { type Random, random } from '../fixtures/random.ts';
import type { LaneCast, PlannedFault, Scenario, ScenePart, SessionPlan, Stage, Step } from './plan.ts';
import { troupeLanes } from './plan.ts';

export interface PlanInput {
  readonly seed: string;
  /** Concurrent sessions, a multiple of `troupeLanes`. */
  readonly lanes: number;
  readonly durationMs: number;
  readonly thinkMs: number;
  /** Scenarios and how often each is played, relative to the others; 0 leaves one out. */
  readonly mix: readonly { readonly scenario: Scenario; readonly weight: number }[];
  readonly faults: readonly PlannedFault[];
}

/** Sessions of a lane that is late may begin this much after their time, then they are left out. */
export const latenessMaxMs = 4_000;
const spanLeadMs = 1_500;
const sceneGapMs = 20;
const scenesMax = 100_000;

/** The patients that the load leases come first; these two, from the next household, are kept for the alarm test. */
export function alarmCast(lanes: number): readonly [PatientIndex, PatientIndex] {
  const first = lanes * halfHousehold;
  return [patientIndex(first), patientIndex(first + halfHousehold)];
}

export function leasedPatients(lanes: number): readonly PatientIndex[] {
  return Array.from({ length: lanes * halfHousehold }, (_, index) => patientIndex(index));
}

function laneCast(lane: number): LaneCast {
  const first = lane * halfHousehold;
  const items = new Map<PatientIndex, number>();
  return {
    lane,
    regular: patientIndex(first),
    twin: patientIndex(first + 1),
    newcomer: patientIndex(first + 2),
    relative: patientIndex(first + 3),
    nextItem(patient) {
      const item = items.get(patient) ?? liveItemFirst;
      items.set(patient, Math.min(item + 1, consultationItemMax));
      return item;
    },
  };
}

function troupeCast(troupe: number): Stage['cast'] {
  const first = troupe * troupeLanes;
  return [laneCast(first), laneCast(first + 1), laneCast(first + 2), laneCast(first + 3)];
}

function draw(mix: PlanInput['mix'], dice: Random): Scenario | null {
  const total = mix.reduce((sum, entry) => sum + entry.weight, 0);
  if (total === 0) return null;
  let ticket = dice.between(1, total);
  for (const { scenario, weight } of mix) {
    ticket -= weight;
    if (ticket <= 0) return scenario;
  }
  return null;
}

interface Choice {
  readonly scenario: Scenario;
  readonly spanMs: number;
}

/** Every third troupe lives through the roll-outs; the others draw from what needs no fault to span. */
function choose(input: PlanInput, troupe: number, nowMs: number, dice: Random): Choice | null {
  const spanning = input.mix.filter((entry) => entry.scenario.spans !== undefined && entry.weight > 0);
  const ordinary = input.mix.filter((entry) => entry.scenario.spans === undefined);
  if (troupe % 3 === 0) {
    for (const { scenario } of spanning) {
      const ahead = input.faults.find(
        (fault) =>
          fault.kind.startsWith(`${scenario.spans}-`) && fault.atMs >= nowMs && fault.atMs - nowMs < spanLeadMs,
      );
      if (ahead) return { scenario, spanMs: ahead.atMs - nowMs + ahead.forMs + spanLeadMs };
    }
  }
  const scenario = draw(ordinary, dice) ?? draw(spanning, dice);
  return scenario ? { scenario, spanMs: 20 * input.thinkMs } : null;
}

function shift(step: Step, byMs: number): Step {
  const moved = { ...step, atMs: step.atMs + byMs };
  return step.barrier ? { ...moved, barrier: { ...step.barrier, atMs: step.barrier.atMs + byMs } } : moved;
}

function sessionOf(part: ScenePart, stage: Stage, scenario: Scenario, startMs: number): SessionPlan {
  const steps = part.steps.map((step) => shift(step, startMs));
  return {
    id: `${stage.scene}-${part.seat}`,
    lane: stage.cast[part.seat].lane,
    scenario: scenario.name,
    patient: part.patient,
    startMs: steps[0]?.atMs ?? startMs,
    endMs: (steps.at(-1)?.atMs ?? startMs) + latenessMaxMs,
    steps,
  };
}

/** The sessions of four lanes, in order of their scenes. */
export function* planTroupe(input: PlanInput, troupe: number): Generator<SessionPlan> {
  const cast = troupeCast(troupe);
  let startMs = random(input.seed, 'start', troupe).between(0, input.thinkMs);
  for (let number = 0; number < scenesMax && startMs < input.durationMs; number++) {
    const dice = random(input.seed, 'scene', troupe, number);
    const choice = choose(input, troupe, startMs, dice);
    if (!choice) return;
    const stage: Stage = {
      cast,
      random: dice,
      thinkMs: input.thinkMs,
      spanMs: choice.spanMs,
      scene: `t${troupe}.${number}`,
    };
    let endMs = startMs;
    for (const part of choice.scenario.scene(stage)) {
      const session = sessionOf(part, stage, choice.scenario, startMs);
      endMs = Math.max(endMs, session.steps.at(-1)?.atMs ?? startMs);
      yield session;
    }
    startMs = endMs + input.thinkMs + sceneGapMs;
  }
}

/** The sessions of one lane, one after another. */
export function* planLane(input: PlanInput, lane: number): Generator<SessionPlan> {
  for (const session of planTroupe(input, Math.floor(lane / troupeLanes))) {
    if (session.lane === lane) yield session;
  }
}
