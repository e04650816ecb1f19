// Cuts a plan down while it still leaks, from the coarse to the fine: sessions, steps, then what adorns steps (barriers, hang-ups), the last
// fault, time, and people who only have data; likely guesses come before each. Hierarchical delta debugging (Misherghi and Su, 2006), where
// each question is put to a judge that holds trials. Pure but for the judge, and in the same order each time, so that with the answers of
// before it goes on where it was.
import type { PatientIndex } from '../../fixtures/domain.ts';
import type { ActionKind, PlannedFault, SessionPlan, Step } from '../plan.ts';
import { minimise } from './delta-debugging.ts';
import { type ExplicitPlan, isDeed, tidy, withoutBarrier } from './explicit-plan.ts';
import { fasterPlans } from './faster.ts';
import { whileSlow } from './slower.ts';
import type { Seen } from './trial-log.ts';

/** Whether the candidate still leaks. `what` says for people what was cut. */
export type Judge = (candidate: ExplicitPlan, what: string) => Promise<boolean>;

export interface ShrinkInput {
  readonly judge: Judge;
  /** Told of each smaller plan at once, for the judge may throw when its budget is spent. */
  kept(plan: ExplicitPlan): void;
  /** What was being done when it was seen: tried first by itself. */
  readonly seenIn?: ActionKind;
  /** Who saw whose when the plan was performed: each pair is tried by itself. */
  readonly pairs?: readonly Seen[];
  /** What the run had that slows things down: where several are needed only for a race to come about, fewer are enough then. */
  readonly slow?: PlannedFault;
}

type Hints = Pick<ShrinkInput, 'seenIn' | 'pairs' | 'slow'>;
type Pass = (plan: ExplicitPlan, judge: Judge, hints: Hints) => Promise<ExplicitPlan>;

const roundsMax = 4;

export async function shrink(plan: ExplicitPlan, { judge, kept, ...hints }: ShrinkInput): Promise<ExplicitPlan> {
  const asked: Judge = async (candidate, what) => {
    const still = await judge(candidate, what);
    if (still) kept(candidate);
    return still;
  };
  let left = tidy(plan);
  for (let round = 0; round < roundsMax; round++) {
    const before = left;
    for (const pass of passes) left = await pass(left, asked, hints);
    if (isSame(left, before)) break;
  }
  return left;
}

const isSame = (one: ExplicitPlan, other: ExplicitPlan): boolean => JSON.stringify(one) === JSON.stringify(other);

const pairsMax = 3;

const onePair: Pass = async (plan, judge, { pairs = [] }) => {
  for (const { viewer, owner } of pairs.slice(0, pairsMax)) {
    const left = plan.sessions.filter(({ patient }) => patient === owner || patient === viewer);
    if (left.length === 0 || left.length >= plan.sessions.length) continue;
    const candidate = tidy({ ...plan, sessions: left });
    if (await judge(candidate, `the two of them, ${left.length} of ${plan.sessions.length} sessions`)) return candidate;
  }
  return plan;
};

const sessions: Pass = (plan, judge) =>
  cut(plan, plan.sessions, judge, (left) => ({ ...plan, sessions: left }), 'sessions');

/** Two are the least that a race takes. */
const racersMin = 2;

/** One fault more for one session less: who reads the plan is better off with it, and the trials after it are surer. */
const fewerWhileSlow: Pass = async (plan, judge, { slow }) => {
  const { sessions: all } = plan;
  if (slow === undefined || all.length <= racersMin) return plan;
  for (const spared of all.toReversed()) {
    const candidate = whileSlow({ ...plan, sessions: all.filter((each) => each !== spared) }, slow);
    if (candidate === null) return plan;
    if (await judge(candidate, `${all.length - 1} of ${all.length} sessions, with ${slow.kind}`)) return candidate;
  }
  return plan;
};

const faults: Pass = (plan, judge) => cut(plan, plan.faults, judge, (left) => ({ ...plan, faults: left }), 'faults');

/** Whoever acts is there in any case. */
function bystandersOf(plan: ExplicitPlan): { readonly acting: readonly number[]; readonly bystanders: PatientIndex[] } {
  const acting = tidy({ ...plan, people: [] }).people;
  return { acting, bystanders: plan.people.filter((patient) => !acting.includes(patient)) };
}

/** Nobody else, or those who came between the ones who act: what was mixed up may go by the order in which they came. */
const likelyPeople: Pass = async (plan, judge) => {
  const { acting, bystanders } = bystandersOf(plan);
  const [first = 0, last = 0] = [acting[0], acting.at(-1)];
  for (const guess of [[], bystanders.filter((patient) => patient > first && patient < last)]) {
    if (guess.length >= bystanders.length) continue;
    const candidate = tidy({ ...plan, people: guess });
    if (await judge(candidate, `${guess.length} of ${bystanders.length} people`)) return candidate;
  }
  return plan;
};

const people: Pass = (plan, judge) =>
  cut(plan, bystandersOf(plan).bystanders, judge, (left) => ({ ...plan, people: left }), 'people');

/** The last one goes late: what made a race likely helps to find what else is needed. */
const manyFaults: Pass = async (plan, judge, hints) => (plan.faults.length > 1 ? faults(plan, judge, hints) : plan);

interface Place {
  readonly session: string;
  readonly position: number;
  readonly atMs: number;
}

const key = ({ session, position }: Pick<Place, 'session' | 'position'>): string => `${session} ${position}`;

/** In order of time, so that what is tried together is what happened together. */
function placesOf(plan: ExplicitPlan, wanted: (step: Step) => boolean): Place[] {
  return plan.sessions
    .flatMap((session) =>
      session.steps.flatMap((step, position) =>
        wanted(step) ? [{ session: session.id, position, atMs: step.atMs }] : [],
      ),
    )
    .sort((one, other) => one.atMs - other.atMs);
}

function eachStep(plan: ExplicitPlan, change: (step: Step, at: string) => readonly Step[]): ExplicitPlan {
  return {
    ...plan,
    sessions: plan.sessions.map((session) => ({
      ...session,
      steps: session.steps.flatMap((step, position) => change(step, key({ session: session.id, position }))),
    })),
  };
}

const busyCount = ({ sessions }: ExplicitPlan): number => sessions.filter(({ steps: its }) => its.some(isDeed)).length;

/** Of each session something is left: whether one can be spared altogether, `sessions` has asked. */
const steps: Pass = (plan, judge) => {
  const build = (left: readonly Place[]): ExplicitPlan => {
    const kept = new Set(left.map(key));
    return eachStep(plan, (step, at) => (!isDeed(step) || kept.has(at) ? [step] : []));
  };
  const busy = busyCount(plan);
  const asked: Judge = async (candidate, what) => busyCount(candidate) === busy && judge(candidate, what);
  return cut(plan, placesOf(plan, isDeed), asked, build, 'actions');
};

/** A guess that saves many questions where it is right: nothing but that action, and of it the last of each session; once while things are slow, if need be. */
const likelySteps: Pass = async (plan, judge, { seenIn, slow }) => {
  if (seenIn === undefined) return plan;
  const all = tidy(onlyKind(plan, seenIn));
  if (all.sessions.length === 0) return plan;
  if (!isSame(all, plan) && !(await judge(all, `nothing but ${seenIn}, all`))) return plan;
  const last = tidy(onlyLast(all));
  if (isSame(last, all)) return all;
  const what = `nothing but ${seenIn}, the last of each session`;
  if (await judge(last, what)) return last;
  const slower = slow && last.sessions.length >= racersMin ? whileSlow(last, slow) : null;
  if (slow === undefined || slower === null) return all;
  return (await judge(slower, `${what}, with ${slow.kind}`)) ? slower : all;
};

const onlyKind = (plan: ExplicitPlan, kind: ActionKind): ExplicitPlan =>
  eachStep(plan, (step) => (!isDeed(step) || step.action.kind === kind ? [step] : []));

function onlyLast(plan: ExplicitPlan): ExplicitPlan {
  const lasts = new Set(plan.sessions.map(({ id, steps }) => key({ session: id, position: steps.length - 1 })));
  return eachStep(plan, (step, at) => (!isDeed(step) || lasts.has(at) ? [step] : []));
}

/** The owner looks first and the viewer afterwards: one leaves something behind, the other finds it. */
const inTurn: Pass = async (plan, judge, { pairs = [] }) => {
  for (const { viewer, owner } of pairs.slice(0, pairsMax)) {
    const isOneOfThem = ({ patient }: SessionPlan): boolean => patient === owner || patient === viewer;
    if (plan.sessions.length !== 2 || !plan.sessions.every(isOneOfThem)) continue;
    const moments = [...new Set(placesOf(plan, isDeed).map(({ atMs }) => atMs))];
    const splitMs = moments[Math.ceil(moments.length / 2)];
    if (splitMs === undefined) return plan;
    const sessions = plan.sessions.map((session) => ({
      ...session,
      steps: session.steps.filter(
        (step) => !isDeed(step) || (session.patient === owner ? step.atMs < splitMs : step.atMs >= splitMs),
      ),
    }));
    const candidate = tidy({ ...plan, sessions });
    if (busyCount(candidate) < plan.sessions.length || isSame(candidate, plan)) continue;
    if (await judge(candidate, 'one after the other')) return candidate;
  }
  return plan;
};

const barriers: Pass = (plan, judge) => {
  const places = placesOf(plan, ({ barrier }) => barrier !== undefined);
  const build = (left: readonly Place[]): ExplicitPlan => {
    const kept = new Set(left.map(key));
    return eachStep(plan, (step, at) => [kept.has(at) ? step : withoutBarrier(step)]);
  };
  return cut(plan, places, judge, build, 'barriers');
};

const aborts: Pass = (plan, judge) => {
  const places = placesOf(plan, ({ abortAfterMs }) => abortAfterMs !== undefined);
  const build = (left: readonly Place[]): ExplicitPlan => {
    const kept = new Set(left.map(key));
    return eachStep(plan, (step, at) => {
      const { abortAfterMs: _, ...patient } = step;
      return [kept.has(at) ? step : patient];
    });
  };
  return cut(plan, places, judge, build, 'hang-ups');
};

/** Each quicker plan is tried once, the quickest first; what still leaks is taken. */
const time: Pass = async (plan, judge) => {
  let left = plan;
  for (const quicken of fasterPlans) {
    for (const { plan: candidate, what } of quicken(left)) {
      const quicker = tidy(candidate);
      if (isSame(quicker, left)) continue;
      if (await judge(quicker, what)) {
        left = quicker;
        break;
      }
    }
  }
  return left;
};

/** The guesses first, and time early, for what comes after is quicker then; people one by one last, for they hurt nobody who reads the plan. */
const passes: readonly Pass[] = [
  ...[likelyPeople, onePair, time, sessions, fewerWhileSlow, manyFaults, likelyPeople, time],
  ...[likelySteps, inTurn, steps, barriers, aborts, faults, time, people],
];

async function cut<T>(
  plan: ExplicitPlan,
  all: readonly T[],
  judge: Judge,
  build: (left: readonly T[]) => ExplicitPlan,
  what: string,
): Promise<ExplicitPlan> {
  const left = await minimise(all, async (some) => {
    const candidate = tidy(build(some));
    // Without anybody nothing can leak, and who asks gets no answer.
    if (candidate.sessions.length === 0) return false;
    return judge(candidate, `${some.length} of ${all.length} ${what}`);
  });
  return left.length === all.length ? plan : tidy(build(left));
}
