// From seed to plan: which scenes each troupe of lanes plays when, and so what each lane's sessions are. A pure function
// of its input, troupe by troupe, so that k6 derives the plans of its own lanes and nothing is shipped. Safe inside k6.
import { clinicianOf, clinicians, halfHousehold } from '../fixtures/cohort.ts';
import {
  type ClinicianIndex,
  consultationItemMax,
  liveItemFirst,
  type PatientIndex,
  patientIndex,
} from '../fixtures/domain.ts';
import { type Random, random } from '../fixtures/random.ts';
import type { LaneCast, PlannedFault, Scenario, ScenePart, SessionPlan, Span, Stage, Step } from './plan.ts';
import { troupeLanes } from './plan.ts';

export interface PlanInput {
  readonly seed: string;
  /** Concurrent sessions, a multiple of `troupeLanes` unless they are singles. */
  readonly lanes: number;
  /** Accounts are few: each lane has its regular only, who stands in for the other three, and the last troupe may lack seats. */
  readonly singles?: boolean;
  readonly durationMs: number;
  readonly thinkMs: number;
  /** Scenarios and how often each is played, relative to the others; 0 leaves one out. */
  readonly mix: readonly { readonly scenario: Scenario; readonly weight: number }[];
  readonly faults: readonly PlannedFault[];
  /** What is played instead of what the seed would draw: a plan of before, or a part of one. */
  readonly explicit?: ExplicitSessions;
  /** Lanes that browsers play beside these, numbered on from them, at a person's pace. */
  readonly browser?: Pick<PlanInput, 'lanes' | 'thinkMs' | 'mix'>;
}

export interface ExplicitSessions {
  /** In order of their beginning within each lane. */
  readonly sessions: readonly SessionPlan[];
  /** Who is there, whether they act or not. */
  readonly people: readonly PatientIndex[];
}

/** All lanes, the browsers' last. */
export const laneCount = ({ lanes, browser }: PlanInput): number => lanes + (browser?.lanes ?? 0);

/** The plan by which the browsers' lanes are played, and their numbers. Null without browsers. */
export function browserPlan(input: PlanInput): { readonly plan: PlanInput; readonly lanes: readonly number[] } | null {
  const { browser, lanes } = input;
  if (browser === undefined) return null;
  return {
    plan: {
      ...input,
      lanes: laneCount(input),
      thinkMs: browser.thinkMs,
      mix: browser.mix,
    },
    lanes: Array.from({ length: browser.lanes }, (_, lane) => lanes + lane),
  };
}

/** Sessions of a lane that is late may begin this much after their time, then they are left out. */
export const latenessMaxMs = 4_000;
/** A spanning scene begins at least this long before its fault, so that its sessions are signed in by then. */
const spanLeadMs = 600;
/** What a spanning scene is given where there is no such fault, in thinking pauses. */
const spanPauses = { from: 4, until: 10 } as const;
const sceneGapMs = 20;
const scenesMax = 100_000;

/** The patients that the load leases come first; these two, of the next household, are kept for the alarm test. */
function alarmHouseholds(lanes: number): readonly [PatientIndex, PatientIndex] {
  const first = lanes * halfHousehold;
  return [patientIndex(first), patientIndex(first + halfHousehold)];
}

/** Who acts in the alarm test: two of the load's, where there are no others. */
export function alarmCast(plan: PlanInput): readonly [PatientIndex, PatientIndex] {
  if (plan.explicit && !plan.singles) {
    const last = Math.max(0, ...plan.explicit.people);
    return alarmHouseholds((Math.floor(last / (2 * halfHousehold)) + 1) * 2);
  }
  return alarmHouseholds(plan.singles ? 0 : laneCount(plan));
}

export function leasedPatients(plan: PlanInput): readonly PatientIndex[] {
  if (plan.explicit) return [...new Set([...plan.explicit.people, ...(plan.singles ? alarmCast(plan) : [])])];
  const all = Array.from({ length: laneCount(plan) * halfHousehold }, (_, index) => patientIndex(index));
  return plan.singles ? all.filter((patient) => patient % halfHousehold === 0) : all;
}

/** What scenes have done to people, for those that come after. */
interface Past {
  readonly items: Map<PatientIndex, number>;
  /** Nobody leases them any more. */
  readonly erased: Set<PatientIndex>;
  /** Who treats those who have moved. */
  readonly moved: Map<PatientIndex, ClinicianIndex>;
}

function laneCast(lane: number, { items, erased, moved }: Past, singles: boolean): LaneCast {
  const first = lane * halfHousehold;
  const regular = patientIndex(first);
  const still = (patient: PatientIndex): PatientIndex => (singles || erased.has(patient) ? regular : patient);
  return {
    lane,
    regular,
    twin: still(patientIndex(first + 1)),
    newcomer: still(patientIndex(first + 2)),
    relative: still(patientIndex(first + 3)),
    nextItem(patient) {
      const item = items.get(patient) ?? liveItemFirst;
      items.set(patient, Math.min(item + 1, consultationItemMax));
      return item;
    },
    clinicianOf: (patient) => moved.get(patient) ?? clinicianOf(patient),
  };
}

function castOf(troupe: number, past: Past, singles: boolean): Stage['cast'] {
  const lane = (number: number): LaneCast => laneCast(troupe * troupeLanes + number, past, singles);
  return [lane(0), lane(1), lane(2), lane(3)];
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

const lives = ({ spans = [] }: Scenario, { kind }: PlannedFault): boolean =>
  spans.some((span) => kind === span || kind.startsWith(`${span}-`));

interface Appointment {
  readonly scenario: Scenario;
  readonly fault: PlannedFault;
}

/**
 * Which faults a troupe lives through, and in which scenario. Every third troupe has an appointment with a fault, the next
 * fault is the next troupes', and those of one fault take turns with the scenarios that span it. With nothing else to play,
 * every troupe goes.
 */
function appointmentsOf(input: PlanInput, troupe: number): readonly Appointment[] {
  const spanning = input.mix.filter(({ scenario, weight }) => scenario.spans !== undefined && weight > 0);
  const idle = input.mix.every(({ scenario, weight }) => scenario.spans !== undefined || weight === 0);
  const troupes = Math.max(1, Math.floor(input.lanes / troupeLanes));
  const every = idle ? 1 : Math.min(3, troupes);
  const faults = [...input.faults].sort((a, b) => a.atMs - b.atMs);
  return faults.flatMap((fault, number): Appointment[] => {
    const wanting = spanning.filter(({ scenario }) => lives(scenario, fault));
    if (wanting.length === 0 || (troupe + number) % every !== 0) return [];
    const { scenario } = wanting[Math.floor((troupe + number) / every) % wanting.length] as (typeof wanting)[number];
    return [{ scenario, fault }];
  });
}

interface Scene {
  readonly scenario: Scenario;
  readonly sessions: readonly SessionPlan[];
  readonly endMs: number;
}

function shift(step: Step, byMs: number): Step {
  const moved = { ...step, atMs: step.atMs + byMs };
  return step.barrier ? { ...moved, barrier: { ...step.barrier, atMs: step.barrier.atMs + byMs } } : moved;
}

/** `turn`: how many parts of that seat came before it. */
function sessionOf(part: ScenePart, turn: number, stage: Stage, scenario: Scenario, startMs: number): SessionPlan {
  const steps = part.steps.map((step) => shift(step, startMs));
  const seat = `${stage.scene}-${part.seat}`;
  return {
    id: turn === 0 ? seat : `${seat}-${turn}`,
    lane: stage.cast[part.seat].lane,
    scenario: scenario.name,
    patient: part.patient,
    ...(part.sharesDevice && { device: seat }),
    ...(part.clinician !== undefined && { clinician: part.clinician }),
    startMs: steps[0]?.atMs ?? startMs,
    endMs: (steps.at(-1)?.atMs ?? startMs) + latenessMaxMs,
    steps,
  };
}

/** The scene as it would be played from this moment on. */
function sceneOf(scenario: Scenario, stage: Stage, startMs: number): Scene {
  const sessions = scenario.scene(stage).map((part, number, parts) => {
    const turn = parts.slice(0, number).filter(({ seat }) => seat === part.seat).length;
    return sessionOf(part, turn, stage, scenario, startMs);
  });
  const endMs = Math.max(startMs, ...sessions.map(({ steps }) => steps.at(-1)?.atMs ?? startMs));
  return { scenario, sessions, endMs };
}

/** Those that have a lane; nobody waits at a barrier for the others. */
function seated(sessions: readonly SessionPlan[], lanes: number): readonly SessionPlan[] {
  const there = sessions.filter(({ lane }) => lane < lanes);
  if (there.length === sessions.length) return sessions;
  const parties = new Map<string, number>();
  for (const { steps } of there) {
    for (const { barrier } of steps) if (barrier) parties.set(barrier.name, (parties.get(barrier.name) ?? 0) + 1);
  }
  const step = (one: Step): Step =>
    one.barrier ? { ...one, barrier: { ...one.barrier, parties: parties.get(one.barrier.name) ?? 1 } } : one;
  return there.map((session) => ({ ...session, steps: session.steps.map(step) }));
}

/** The sessions of four lanes, in order of their scenes. */
export function* planTroupe(input: PlanInput, troupe: number): Generator<SessionPlan> {
  const { thinkMs } = input;
  const past: Past = { items: new Map(), erased: new Set(), moved: new Map() };
  const appointments = [...appointmentsOf(input, troupe)];
  const ordinary = input.mix.filter(({ scenario }) => scenario.spans === undefined);
  let startMs = random(input.seed, 'start', troupe).between(0, thinkMs);
  for (let number = 0; number < scenesMax && startMs < input.durationMs; number++) {
    const play = (scenario: Scenario, span: Span): Scene => {
      const dice = random(input.seed, 'scene', troupe, number, scenario.name);
      const cast = castOf(troupe, past, input.singles === true);
      const scene = sceneOf(scenario, { cast, random: dice, thinkMs, span, scene: `t${troupe}.${number}` }, startMs);
      return { ...scene, sessions: seated(scene.sessions, laneCount(input)) };
    };
    const drawn =
      draw(ordinary, random(input.seed, 'draw', troupe, number)) ??
      draw(input.mix, random(input.seed, 'draw', troupe, number));
    if (!drawn) return;
    while (appointments[0] && appointments[0].fault.atMs < startMs + spanLeadMs) appointments.shift();
    const [next] = appointments;
    let scene = play(drawn, { fromMs: spanPauses.from * thinkMs, untilMs: spanPauses.until * thinkMs });
    if (next && scene.endMs + thinkMs + sceneGapMs > next.fault.atMs - spanLeadMs) {
      // What was drawn would run into the fault: the scene that lives through it begins now.
      const fromMs = next.fault.atMs - startMs;
      scene = play(next.scenario, { fromMs, untilMs: fromMs + next.fault.forMs });
    }
    for (const { patient, steps } of scene.sessions) {
      for (const { action } of steps) {
        if (patient !== null && action.kind === 'erase') past.erased.add(patient);
        if (patient !== null && action.kind === 'move-practice') past.moved.set(patient, action.to);
      }
    }
    yield* scene.sessions;
    startMs = scene.endMs + thinkMs + sceneGapMs;
  }
}

/** The sessions of one lane, one after another. */
export function* planLane(input: PlanInput, lane: number): Generator<SessionPlan> {
  for (const session of input.explicit?.sessions ?? planTroupe(input, Math.floor(lane / troupeLanes))) {
    if (session.lane === lane) yield session;
  }
}

/** All sessions, the browsers' last. */
export function* planSessions(input: PlanInput): Generator<SessionPlan> {
  for (let lane = 0; lane < input.lanes; lane++) yield* planLane(input, lane);
  const people = browserPlan(input);
  for (const lane of people?.lanes ?? []) yield* planLane(people?.plan ?? input, lane);
}

/** Who is to erase the account themselves. */
export function erasersIn(input: PlanInput): ReadonlySet<PatientIndex> {
  const found = new Set<PatientIndex>();
  for (const { patient, steps } of planSessions(input)) {
    if (patient !== null && steps.some(({ action }) => action.kind === 'erase')) found.add(patient);
  }
  return found;
}

/** The clinicians that have to be there. An explicit plan may have none: then each patient's is a name only. */
export function cliniciansNeeded({ explicit }: PlanInput): readonly ClinicianIndex[] {
  const acting = (explicit?.sessions ?? []).some(
    ({ clinician, steps }) => clinician !== undefined || steps.some(({ action }) => action.kind === 'move-practice'),
  );
  return explicit === undefined || acting ? clinicians : [];
}
