// The moment of a violation played over: those who had a hand in it and nobody else, doing at one instant what they did then, several times.
// A guess, but a small one that is likely to leak again: a race that came about once among thousands of requests is given many chances here.
import type { PatientIndex } from '../../fixtures/domain.ts';
import type { PlannedFault, SessionPlan, Step } from '../plan.ts';
import { latenessMaxMs } from '../planner.ts';
import type { Violation } from '../verdict.ts';
import { castOf, neighboursOf, type Part, repeatable } from './cast.ts';
import { type ExplicitPlan, tidy, withoutBarrier } from './explicit-plan.ts';
import { faultsBefore, type Neighbourhood, type Recorded } from './neighbourhood.ts';
import { begunMsOf, loadZeroOf } from './plan-time.ts';
import { slowingIn } from './slower.ts';

/** Between what somebody does before they are ready. */
const leadGapMs = 60;
/** By then everybody is; who is late is waited for. */
const readyMs = 900;
const roundMs = 300;
const roundsMax = 3;
/** After the beginning of a fault, as far as it lasts, and after its end; before it there is one round. */
const beginningMs = [100, 500, 1_000, 1_700, 2_500, 3_500] as const;
const endMs = [100, 600, 1_500] as const;
/** How long before it a hang-up may have mattered. */
const hangUpReachMs = 10_000;
/** Of the time after which somebody hung up then: the sooner, the surer that it is in mid-flight. */
const hangUpShares = [0.25, 0.5, 1, 0.25, 0.5] as const;
const hangUpEveryMs = 700;
/** After one hung up, the others look; twice, for the first may have gone to another instance. */
const looksAfterMs = [150, 250] as const;

interface Moment {
  readonly atMs: number;
  /** What one does; absent: what all do who don't hang up. */
  readonly abortAfterMs?: number;
}

export type Reenactment = Pick<Neighbourhood, 'name' | 'plan'>;

/** What of the circumstances is brought about again. */
interface Way {
  readonly fault: PlannedFault | null;
  /** One hangs up after so long, or all do, and then the others look, or all. */
  readonly hangUp?: { readonly who: 'one' | 'all'; readonly abortAfterMs: number };
  /** With those who came about the same time as the two, for what was mixed up may go by that. */
  readonly crowd?: true;
}

/** The likeliest first. None where what was seen goes by what a device kept, which only its whole story brings about. */
export function reenactmentsOf({ whole, lines }: Recorded, violation: Violation): readonly Reenactment[] {
  const momentMs = violation.at - loadZeroOf(lines);
  const begunMs = begunMsOf(violation, lines);
  const owner = violation.owner as PatientIndex;
  return waysOf(whole, momentMs, violation).flatMap((way) => {
    const cast = castOf(whole.sessions, violation, begunMs, way.crowd === true);
    const people = way.crowd ? neighboursOf(cast, whole.people) : [owner];
    return cast.length === 0 ? [] : [{ name: nameOf(way, cast.length), plan: played(whole, cast, way, people) }];
  });
}

function waysOf({ faults, sessions }: ExplicitPlan, momentMs: number, seen: Violation): readonly Way[] {
  const [near] = faultsBefore(faults, momentMs);
  const calm: Way = { fault: null };
  const troubled: Way[] = near === undefined ? [] : [{ fault: near }, { fault: near, crowd: true }];
  const abortAfterMs = hangUpBefore(sessions, momentMs);
  // A hang-up finds more in mid-flight where what is behind is slow, whether it was then or not.
  const slow = slowingIn(faults);
  const hangUps =
    abortAfterMs === null
      ? []
      : (['one', 'all'] as const).flatMap((who) =>
          [...(slow ? [slow] : []), null].map((fault): Way => ({ fault, hangUp: { who, abortAfterMs } })),
        );
  const inTrouble = near !== undefined && (near.id === seen.window || seen.healedBefore?.includes(near.kind) === true);
  return inTrouble ? [...troubled, calm, ...hangUps] : [calm, ...hangUps, ...troubled];
}

const nameOf = ({ fault, hangUp, crowd }: Way, count: number): string =>
  [
    `the moment again, by ${count} at once`,
    ...(hangUp === undefined ? [] : [`after ${hangUp.who} hung up`]),
    ...(fault === null ? [] : [`with ${fault.kind}`]),
    ...(crowd ? ['who came one after another'] : []),
  ].join(', ');

/** After how long the last one before it hung up; null: nobody did. */
function hangUpBefore(sessions: readonly SessionPlan[], momentMs: number): number | null {
  const last = sessions
    .flatMap(({ steps }) => steps)
    .filter(({ atMs, abortAfterMs }) => abortAfterMs !== undefined && atMs <= momentMs)
    .reduce<Step | null>((latest, step) => (latest === null || step.atMs > latest.atMs ? step : latest), null);
  return last === null || last.atMs < momentMs - hangUpReachMs ? null : (last.abortAfterMs ?? null);
}

function momentsOf(fault: PlannedFault | null): readonly Moment[] {
  if (fault === null) return Array.from({ length: roundsMax }, (_, round) => ({ atMs: readyMs + round * roundMs }));
  const { forMs } = fault;
  const within = beginningMs.filter((ms) => ms < forMs);
  return [0, ...[...within, ...endMs.map((ms) => forMs + ms)].map((ms) => roundMs + ms)].map((ms) => ({
    atMs: readyMs + ms,
  }));
}

/** First everybody looks, for until then there may be nothing of theirs that could go astray. */
function hangingUp(fromMs: number, abortAfterMs: number): readonly Moment[] {
  const rounds = hangUpShares.flatMap((share, round): Moment[] => {
    const atMs = fromMs + round * hangUpEveryMs;
    const looks = looksAfterMs.map((ms) => ({ atMs: atMs + ms }));
    return [{ atMs, abortAfterMs: Math.max(1, Math.round(abortAfterMs * share)) }, ...looks];
  });
  return [{ atMs: readyMs }, ...rounds];
}

function played(
  whole: ExplicitPlan,
  cast: readonly Part[],
  { fault, hangUp }: Way,
  people: readonly PatientIndex[],
): ExplicitPlan {
  const openMs = readyMs + roundMs;
  const moments = hangUp === undefined ? momentsOf(fault) : hangingUp(openMs + roundMs, hangUp.abortAfterMs);
  const lastMs = moments.at(-1)?.atMs ?? 0;
  // The owner, where they have a session: what is left lying about is theirs then.
  const only = hangUp?.who === 'one' ? Math.min(1, cast.length - 1) : null;
  return tidy({
    ...whole,
    people,
    faults: fault === null ? [] : [{ ...fault, atMs: openMs }],
    sessions: cast.map(({ session, lead, step: { action } }, seat): SessionPlan => {
      const prepared = lead.map((each, at): Step => ({ ...withoutBarrier(each), atMs: at * leadGapMs }));
      const all = moments.map((moment, round): Step => {
        const barrier = { name: `again/${round + 1}`, parties: cast.length, atMs: moment.atMs };
        return { action, barrier, ...moment };
      });
      const own = all.filter(
        (each, at) => only === null || at === 0 || (each.abortAfterMs !== undefined) === (seat === only),
      );
      const again = repeatable.has(action.kind) ? own : own.slice(0, 1);
      // One's own lane, or those of one household would take turns.
      return { ...session, lane: seat, startMs: 0, endMs: lastMs + latenessMaxMs, steps: [...prepared, ...again] };
    }),
  });
}
