// A small plan as a sentence: who asks for what, how soon after what, and what was shown. Made from the plan and from what the trial's
// history says was asked, in the target's own routes.
import type { PlannedFault, Step } from '../plan.ts';
import type { ExplicitPlan } from './explicit-plan.ts';
import type { Wanted } from './wanted.ts';

/** What an action asks for, such as `GET /me/history`; null: it is called by its name. */
export type RouteOf = (step: Step) => string | null;

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Steps no further apart are told as one moment. */
const sameMomentMs = 5;

interface Deed {
  readonly who: string;
  readonly step: Step;
}

export function sentenceOf(plan: ExplicitPlan, wanted: Wanted, routeOf: RouteOf): string {
  const names = namesOf(plan);
  const deeds = plan.sessions
    .flatMap((session, at) =>
      session.steps
        .filter(({ action }, _, all) => action.kind !== 'sign-in' || all.length === 1)
        .map((step): Deed => ({ who: names[at] ?? '', step })),
    )
    .toSorted((one, other) => one.step.atMs - other.step.atMs);
  const [first] = deeds;
  const when = first ? whenText(plan.faults, first.step.atMs) : '';
  return `${when}${capital(when === '', clausesOf(deeds, routeOf, sizeOfCast(plan)))}, and ${outcomeText(wanted)}.`;
}

/** Patients are lettered in the order in which they come; the newcomer among them is called so. */
function namesOf({ sessions }: ExplicitPlan): string[] {
  const known = new Map<string, string>();
  return sessions.map(({ patient, clinician }) => {
    if (patient === null && clinician === undefined) return 'somebody who is not signed in';
    const key = clinician === undefined ? `patient ${patient}` : `clinician ${clinician}`;
    const name = known.get(key) ?? `${key.split(' ')[0]} ${letters[known.size % letters.length]}`;
    known.set(key, name);
    return name;
  });
}

const sizeOfCast = ({ sessions }: ExplicitPlan): number => new Set(sessions.map(({ patient }) => patient)).size;

const counts = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight'];

function clausesOf(deeds: readonly Deed[], routeOf: RouteOf, cast: number): string {
  const moments = momentsOf(deeds);
  const [only] = moments;
  if (moments.length === 1 && only && only.length > 1) {
    const asked = new Set(only.map((deed) => deedText(deed, routeOf, 'many')));
    const [what] = asked;
    if (asked.size === 1 && cast === only.length) return `${counts[cast] ?? cast} patients ${what} at the same instant`;
  }
  return moments
    .map((moment, at) => {
      const told = moment.map((deed) => `${deed.who} ${deedText(deed, routeOf, 'one')}`).join(' and ');
      const together = moment.length > 1 ? ' at the same instant' : '';
      const before = moments[at - 1]?.at(-1)?.step.atMs;
      const gapMs = Math.round((moment[0]?.step.atMs ?? 0) - (before ?? 0));
      return before === undefined ? `${told}${together}` : `${gapMs} ms later ${told}${together}`;
    })
    .join('; ');
}

function momentsOf(deeds: readonly Deed[]): Deed[][] {
  const moments: Deed[][] = [];
  for (const deed of deeds) {
    const last = moments.at(-1);
    const began = last?.[0]?.step;
    const isSame =
      began !== undefined &&
      (deed.step.barrier === undefined
        ? deed.step.atMs - began.atMs <= sameMomentMs && !last?.some(({ who }) => who === deed.who)
        : began.barrier?.name === deed.step.barrier.name);
    if (isSame) last?.push(deed);
    else moments.push([deed]);
  }
  return moments;
}

function deedText({ step }: Deed, routeOf: RouteOf, number: 'one' | 'many'): string {
  const s = number === 'one' ? 's' : '';
  const route = routeOf(step);
  const asks = route === null ? `do${s === '' ? '' : 'es'} ${step.action.kind}` : `ask${s} for ${route}`;
  return step.abortAfterMs === undefined ? asks : `${asks} and hang${s} up after ${step.abortAfterMs} ms`;
}

function whenText(faults: readonly PlannedFault[], firstMs: number): string {
  if (faults.length === 0) return '';
  const told = faults.map(({ kind, atMs, forMs }) => {
    if (firstMs < atMs) return `${Math.round(atMs - firstMs)} ms before ${kind}`;
    const afterMs = Math.round(firstMs - atMs);
    return afterMs <= forMs
      ? `${afterMs} ms into ${kind}`
      : `${Math.round(firstMs - atMs - forMs)} ms after ${kind} has ended`;
  });
  return `${capital(true, told.join(' and '))}, `;
}

function outcomeText({ rule, route }: Wanted): string {
  switch (rule) {
    case 'foreign-recording':
      return `one is given another's recording (${route})`;
    case 'foreign-listing':
      return `one is shown another's consultations (${route})`;
    case 'foreign-identity':
      return `one is shown another's personal details (${route})`;
    case 'session-swap':
      return `one is taken for another (${route})`;
    case 'afterlife':
      return `one is shown what they had a right to no longer (${route})`;
    case 'anonymous':
      return `somebody's data reach whoever is not signed in (${route})`;
    case 'misattributed-write':
      return `what one wrote turns up under another (${route})`;
    default:
      return `${rule} is seen (${route})`;
  }
}

const capital = (wanted: boolean, text: string): string =>
  wanted ? text.charAt(0).toUpperCase() + text.slice(1) : text;
