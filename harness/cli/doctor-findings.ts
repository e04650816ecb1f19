// What the doctor makes of its walks: what a drill must have and what is not there, what the adapter has and went wrong, and what it
// could have besides, with the scenarios that it would let be played and a line to begin from.
import type { Operation } from '../history.ts';
import type { ActionKind, Scenario } from '../plan.ts';
import { type AdapterAction, about, adapterActions, isMustHave } from '../targets/about.ts';
import type { Target } from '../targets/target.ts';
import { declarationsMissing } from './doctor-advice.ts';
import { missingActions, missingPages } from './possible.ts';

export interface Need {
  readonly what: string;
  /** Absent: it is there. */
  readonly problem?: string;
}

export interface Findings {
  readonly mustHave: readonly Need[];
  readonly wentWrong: readonly string[];
  readonly couldHave: readonly string[];
  readonly warnings: readonly string[];
  readonly playable: { readonly count: number; readonly of: number };
}

export interface Walked {
  readonly operations: readonly Operation[];
  readonly target: Target;
  readonly scenarios: readonly Scenario[];
  /** With a browser. */
  readonly looked: boolean;
  /** Why nobody could be enrolled: then nothing was walked. */
  readonly enrolment?: string;
}

/** An odd path is there to be refused. */
const refusedByRight: readonly ActionKind[] = ['open-odd-path'];

export function findings(walked: Walked): Findings {
  const { operations, target, scenarios, looked } = walked;
  const wanted = scenarios.filter(({ eyes }) => eyes !== true || looked);
  const lacks = (scenario: Scenario): readonly string[] =>
    scenario.eyes ? missingPages(scenario, target) : missingActions(scenario, target);
  return {
    mustHave: mustHaves(walked),
    wentWrong: [
      ...neverWell(operations),
      ...foreign(operations),
      ...declarationsMissing(operations.filter(isByHttp), target.declares),
    ],
    couldHave: [...missingFrom(target, wanted), ...pagesMissing(target, wanted)],
    warnings: warningsOf(operations, target),
    playable: { count: wanted.filter((scenario) => lacks(scenario).length === 0).length, of: wanted.length },
  };
}

const isByHttp = ({ browser }: Operation): boolean => browser !== true;

function sees(operations: readonly Operation[], action: ActionKind, kind: string): boolean {
  return operations.some(
    (operation) =>
      isByHttp(operation) &&
      operation.action === action &&
      operation.exchanges.some(({ sightings }) =>
        sightings.some((sighting) => sighting.kind === kind && sighting.owner === operation.patient),
      ),
  );
}

function mustHaves({ operations, target, looked, enrolment }: Walked): readonly Need[] {
  const enrols = 'enrolment makes two patients, each with recorded consultations';
  if (enrolment !== undefined)
    return [
      {
        what: enrols,
        problem: `${enrolment}. Nothing else was tried: look at enrolment in the adapter, at adminUrl, and at the administrator's secret`,
      },
    ];
  const need = (action: AdapterAction, what: string, holds: boolean, otherwise: string): Need => {
    if (holds) return { what };
    return { what, problem: target.actions[action] ? otherwise : toWrite(action) };
  };
  const played = operations.some(({ action, outcome }) => action === 'watch' && outcome === 'ok');
  const isPlayed = operations.some(({ exchanges }) =>
    exchanges.some(({ sightings }) => sightings.some(({ where }) => where === 'pixels:video')),
  );
  return [
    { what: enrols },
    need(
      'sign-in',
      'sign-in opens a session',
      operations.some(({ action, outcome }) => action === 'sign-in' && outcome === 'ok'),
      'it was never ok: look at what came back above; session.account holds what enrolment.enrol returned',
    ),
    need(
      'view-history',
      "view-history shows the patient's own title",
      sees(operations, 'view-history', 'title'),
      "the list showed no title canary of the patient: the target doesn't show the title as it was written, the list is another's, or enrolment.addConsultation put it elsewhere",
    ),
    need(
      'watch',
      "watch shows the patient's own recording in its bytes",
      sees(operations, 'watch', 'recording'),
      played
        ? 'the bytes held no recording canary of the patient: the target re-encodes them, or the link leads elsewhere'
        : 'nothing was played: view-history must put the links of the recordings into session.playable',
    ),
    ...(looked
      ? [
          {
            what: 'a code is read off a playing video',
            ...(!isPlayed && { problem: 'either it does not play, or its picture is covered' }),
          },
        ]
      : []),
  ];
}

function toWrite(action: AdapterAction): string {
  const { what, sketch } = about[action];
  return `the adapter has none; it ${/^(opens|plays)/.test(what) ? what : `is ${what}`}. Begin with: ${sketch}`;
}

function neverWell(operations: readonly Operation[]): readonly string[] {
  const tried = new Map<string, readonly Operation[]>();
  for (const operation of operations) {
    if (refusedByRight.includes(operation.action) || operation.signedIn === 'ended') continue;
    const name = operation.browser ? `${operation.action} in the browser` : operation.action;
    tried.set(name, [...(tried.get(name) ?? []), operation]);
  }
  return [...tried].flatMap(([name, all]) => {
    const last = all.at(-1);
    if (last === undefined || all.some(({ outcome }) => outcome === 'ok')) return [];
    const answer = last.exchanges.at(-1);
    const came =
      answer === undefined ? '' : ` (${answer.method} ${answer.route} answered ${answer.status || 'nothing'})`;
    return [`${name} was ${last.outcome}${came}${last.detail ? `: ${last.detail}` : ''}`];
  });
}

function foreign(operations: readonly Operation[]): readonly string[] {
  const seen = operations.flatMap((operation) =>
    operation.exchanges.flatMap(({ sightings }) =>
      sightings
        .filter(({ owner }) => operation.patient !== null && owner !== operation.patient)
        .map(
          ({ kind }) =>
            `${operation.action} showed another patient's ${kind}: two accounts are one, or this is a leak already`,
        ),
    ),
  );
  return [...new Set(seen)];
}

function missingFrom(target: Target, scenarios: readonly Scenario[]): readonly string[] {
  const byHttp = scenarios.filter(({ eyes }) => eyes !== true);
  return adapterActions
    .filter((kind) => target.actions[kind] === undefined && !isMustHave(kind))
    .map((kind) => {
      const needing = byHttp.filter(({ needs }) => needs.includes(kind)).map(({ name }) => name);
      const unlocks = needing.length === 0 ? '' : ` It is needed by ${needing.join(', ')}.`;
      return `${kind}: ${about[kind].what}.${unlocks} Begin with: ${about[kind].sketch}`;
    });
}

const pagesMissing = (target: Target, scenarios: readonly Scenario[]): readonly string[] =>
  scenarios
    .filter((scenario) => scenario.eyes && missingPages(scenario, target).length > 0)
    .map((scenario) => `pages for ${missingPages(scenario, target).join(', ')}, which ${scenario.name} needs`);

function warningsOf(operations: readonly Operation[], { declares }: Target): readonly string[] {
  const signOuts = operations.filter(({ action, outcome }) => action === 'sign-out' && outcome === 'ok');
  const isDeclared = ({ session, startedAt }: Operation): boolean =>
    signOuts.some((out) => out.session === session && startedAt < out.endedAt + declares.signOutBoundMs);
  const still = operations.filter(
    (operation) =>
      operation.signedIn === 'ended' &&
      operation.outcome === 'ok' &&
      operation.exchanges.some(({ sightings }) => sightings.length > 0) &&
      !isDeclared(operation),
  );
  return still.map(
    ({ action }) =>
      `${action} still showed personal data after sign-out: a drill reports that as afterlife, unless declares.signOutBoundMs says for how long it is right`,
  );
}
