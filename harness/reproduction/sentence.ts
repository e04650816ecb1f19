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

/** Who was shown whose, where a trial that leaked is on record. */
export interface Shown extends Wanted {
  readonly viewer?: number | null;
  readonly viewerClinician?: number | undefined;
  readonly owner?: number;
}

export function sentenceOf(plan: ExplicitPlan, shown: Shown, routeOf: RouteOf): string {
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
  return `${when}${capital(when === '', clausesOf(deeds, routeOf, sizeOfCast(plan)))}, and ${outcomeText(shown, plan)}.`;
}

const keyOf = ({
  patient,
  clinician,
}: {
  patient?: number | null | undefined;
  clinician?: number | undefined;
}): string => (clinician === undefined ? `patient ${patient}` : `clinician ${clinician}`);

/** Patients are lettered in the order in which they come. */
export function namesOf({ sessions }: Pick<ExplicitPlan, 'sessions'>): string[] {
  const known = new Map<string, string>();
  return sessions.map(({ patient, clinician }) => {
    if (patient === null && clinician === undefined) return 'somebody who is not signed in';
    const key = keyOf({ patient, clinician });
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
    // Whether it is over by then is the deployment's affair: a roll-out takes its time, whatever it is given.
    return afterMs <= forMs
      ? `${afterMs} ms into ${kind}`
      : `${afterMs} ms after the beginning of ${kind}, which is given ${Math.round(forMs)} ms`;
  });
  return `${capital(true, told.join(' and '))}, `;
}

function outcomeText(shown: Shown, plan: ExplicitPlan): string {
  const { rule, route, viewer, viewerClinician, owner } = shown;
  const names = new Map(namesOf(plan).map((name, at) => [keyOf(plan.sessions[at] ?? {}), name]));
  const who = names.get(keyOf({ patient: viewer, clinician: viewerClinician })) ?? 'one of them';
  const theirs = owner === undefined ? undefined : names.get(keyOf({ patient: owner }));
  const whose = theirs === undefined ? "another patient's" : `${theirs}'s`;
  switch (rule) {
    case 'foreign-recording':
      return `${who} is given ${whose} recording (${route})`;
    case 'foreign-listing':
      return `${who} is shown ${whose} consultations (${route})`;
    case 'foreign-identity':
      return `${who} is shown ${whose} personal details (${route})`;
    case 'session-swap':
      return `${who} is taken for ${theirs ?? 'another patient'} (${route})`;
    case 'afterlife':
      return `${who} is shown what they have a right to no longer (${route})`;
    case 'anonymous':
      return `whoever is not signed in is shown ${whose} data (${route})`;
    case 'misattributed-write':
      return `what ${theirs ?? 'one'} wrote turns up under another (${route})`;
    default:
      return `${rule} is seen (${route})`;
  }
}

const capital = (wanted: boolean, text: string): string =>
  wanted ? text.charAt(0).toUpperCase() + text.slice(1) : text;
