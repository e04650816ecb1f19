// Who looks while a containment drill is on, as data: those to whom the exposure is handed on purpose, and ordinary patients whom a
// bug may show to each other. Each looks again and again at a fixed interval, for as long as the drill may take.
//
//     watchers    with another's credentials: lists, bytes, an open page, a stream, links from before
//     neighbours  with their own, at the same addresses at the same time: what reaches them is the bug's doing
//     own         each looks for what is their own: there before the pull, and back after the release
import { halfHousehold } from '../../fixtures/cohort.ts';
import { type PatientIndex, patientIndex } from '../../fixtures/domain.ts';
import type { Action, SessionPlan, Step } from '../plan.ts';
import type { ContainChannel } from './report.ts';

export const containScenario = 'contain';
/** Sessions that act with another's credentials on purpose. */
export const plantedScenario = 'contain-planted';

export interface ContainTiming {
  readonly probeEveryMs: number;
  /** For how long steps are planned. */
  readonly spanMs: number;
}

/** Whose account a session of that name and patient is given. */
export interface ContainCast {
  readonly owners: readonly PatientIndex[];
  readonly neighbours: readonly PatientIndex[];
}

/** Of each lane's four patients the first two have consultations with recordings. */
export function castOf(lanes: number): ContainCast {
  const first = (lane: number, place: number): PatientIndex => patientIndex(lane * halfHousehold + place);
  const each = Array.from({ length: lanes }, (_, lane) => lane);
  return { owners: each.map((lane) => first(lane, 0)), neighbours: each.map((lane) => first(lane, 1)) };
}

/** The owner whose credentials a watcher is handed: of their own lane. */
export const ownerFor = (watcher: PatientIndex): PatientIndex => patientIndex(watcher - 1);

export const linkBoard = 'contain-link';
const oddSuffix = '/contain.css';
/** A stream that the target would end anyway tells nothing: it is opened again. */
const streamMs = 5_000;

type Round = readonly (Action | Pick<Step, 'action' | 'postLinkAs'>)[];

/** `first` once, then `round` at each interval. */
function looking(
  id: string,
  scenario: string,
  patient: PatientIndex | null,
  { probeEveryMs, spanMs }: ContainTiming,
  first: Round,
  round: Round,
): SessionPlan {
  const at = (atMs: number) => (what: Round[number]) => ({ atMs, ...('action' in what ? what : { action: what }) });
  const rounds = Array.from({ length: Math.ceil(spanMs / probeEveryMs) }, (_, n) => round.map(at(n * probeEveryMs)));
  const steps: Step[] = [...first.map(at(0)), ...rounds.flat()];
  return { id, lane: 0, scenario, patient, startMs: 0, endMs: Number.POSITIVE_INFINITY, steps };
}

const list: Action = { kind: 'view-history', page: 'json' };
const page: Action = { kind: 'view-history', page: 'html' };
const play: Action = { kind: 'watch', pick: 0 };
const signIn = (by: 'cookie' | 'bearer'): Action => ({ kind: 'sign-in', by });

/** Those who are handed another's credentials. What they see by them is foreign. */
export function watchers({ neighbours }: ContainCast, timing: ContainTiming): SessionPlan[] {
  const [viewer = patientIndex(1)] = neighbours;
  const watcher = (name: string, first: Round, round: Round): SessionPlan =>
    looking(`${plantedScenario}-${name}`, plantedScenario, viewer, timing, [signIn('bearer'), ...first], round);
  return [
    watcher('lists', [], [list]),
    watcher('links', [list], [play]),
    watcher('page', [page], [page]),
    watcher('stream', [], [{ kind: 'listen', forMs: streamMs }]),
  ];
}

/** A newcomer with another's credentials, who has nothing from before: one after another. */
export function newcomer({ neighbours }: ContainCast, number: number): SessionPlan {
  const steps = [signIn('bearer'), list, play].map((action) => ({ atMs: 0, action }));
  const id = `${plantedScenario}-bytes-${number}`;
  const [patient = patientIndex(1)] = neighbours;
  return { id, lane: 0, scenario: plantedScenario, patient, startMs: 0, endMs: Number.POSITIVE_INFINITY, steps };
}

/** Ordinary patients, and a client that is nobody: nothing foreign may ever reach them. */
export function neighboursAtWork(cast: ContainCast, timing: ContainTiming): SessionPlan[] {
  const odd: Action = { kind: 'open-odd-path', suffix: oddSuffix };
  const follow: Action = { kind: 'follow-link', board: linkBoard };
  const at = (name: string, patient: PatientIndex | null, first: Round, round: Round): SessionPlan =>
    looking(`${containScenario}-${name}`, containScenario, patient, timing, first, round);
  return [
    ...cast.owners.map((patient, n) =>
      at(`owner-${n}`, patient, [signIn('cookie')], [{ action: list, postLinkAs: linkBoard }, odd]),
    ),
    ...cast.neighbours.map((patient, n) =>
      at(`neighbour-${n}`, patient, [signIn('cookie')], [list, odd, follow, { kind: 'read-inbox' }]),
    ),
    at('nobody', null, [], [odd, follow]),
  ];
}

export const ownSessionPrefix = `${containScenario}-own-`;

/** An owner who looks for what is their own. */
export function ownLook({ owners }: ContainCast, number: number): SessionPlan {
  const steps = [signIn('bearer'), list, play].map((action) => ({ atMs: 0, action }));
  const patient = owners.at(-1) ?? patientIndex(0);
  const id = `${ownSessionPrefix}${number}`;
  return { id, lane: 0, scenario: containScenario, patient, startMs: 0, endMs: Number.POSITIVE_INFINITY, steps };
}

/** Only what was played counts there. */
export const recordingsOnly: ReadonlySet<ContainChannel> = new Set(['bytes', 'signed-links']);

const byWatcher: Readonly<Record<string, ContainChannel>> = {
  lists: 'lists',
  links: 'signed-links',
  page: 'open-pages',
  stream: 'open-pages',
  bytes: 'bytes',
};

const byAction: Readonly<Partial<Record<Action['kind'], ContainChannel>>> = {
  'view-history': 'lists',
  'open-odd-path': 'lists',
  watch: 'bytes',
  'follow-link': 'signed-links',
  'read-inbox': 'notifications',
};

/** Which channel an operation looked at; null: none, as in signing in, and in looks for what is one's own. */
export function channelOf({
  session,
  action,
}: {
  readonly session: string;
  readonly action: Action['kind'];
}): ContainChannel | null {
  if (session.startsWith(ownSessionPrefix) || byAction[action] === undefined)
    return action === 'listen' ? 'open-pages' : null;
  const planted = session.startsWith(`${plantedScenario}-`);
  const [name = ''] = planted ? session.slice(plantedScenario.length + 1).split('-') : [];
  return byWatcher[name] ?? byAction[action] ?? null;
}
