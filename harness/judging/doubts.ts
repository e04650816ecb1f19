// What keeps a silent run from being a PASS. Each doubt is one sentence that says what is wrong, with its number, and what it
// means; an unknown is never taken for a pass.

import { halfHouseholdOf } from '../../fixtures/cohort.ts';
import { ownsSomethingDuring } from '../checks/belongings.ts';
import { seenBy } from '../checks/check.ts';
import { lacksOwn, viewsCounted } from '../checks/missing-own.ts';
import { viewerOf } from '../checks/viewer.ts';
import type { World } from '../checks/world.ts';
import type { Sighting } from '../history.ts';
import type { JudgeOptions } from '../judge.ts';
import type { Verdict } from '../verdict.ts';
import { countText, percentText } from '../wording.ts';
import type { Channels } from './channels.ts';
import type { Coverage } from './coverage.ts';
import { adapterDoubts } from './doubts-adapter.ts';
import { errorCount } from './doubts-errors.ts';

/** Attempts to see own data, all in vain, that make a session blind. */
const triesMin = 3;
const namedMax = 3;
const gapsNamedMax = 20;

export function doubtsOf(
  world: World,
  coverage: Coverage,
  alarm: Verdict['alarm'],
  channels: Channels,
  options: JudgeOptions,
): readonly string[] {
  return [
    ...loadDoubts(world),
    ...browserDoubts(world),
    ...alarmDoubts(alarm, world, channels),
    ...faultDoubts(world, options),
    ...coverageDoubts(coverage, options, world),
    ...probeDoubts(world, coverage),
    ...adapterDoubts(world),
    ...errorDoubts(world, options),
    ...skipDoubts(world, options),
    ...residueDoubts(world),
    ...ownDoubts(world, options),
  ];
}

function* loadDoubts(world: World): Generator<string> {
  const load = world.phases.get('load');
  if (load === undefined) yield 'The load never began, so nothing was tested.';
  else if (load.endedAt === null)
    yield 'The history ends before the load did: the run was killed, and what came after is unknown.';
  else if (load.cutShort !== null)
    yield `The load was cut short (${load.cutShort}), so what was planned after that is untested.`;
  if (world.operations.length === 0) yield 'No operation of the load is in the history, so nothing was tested.';
}

function* browserDoubts({ browser }: World): Generator<string> {
  if (browser === null || browser.name !== null) return;
  yield `Browsers were asked for and none looked, so pages and pixels are untested: ${browser.problem ?? 'no reason was recorded'}`;
}

function* alarmDoubts(alarm: Verdict['alarm'], { browser }: World, channels: Channels): Generator<string> {
  if (alarm.tests.length === 0) {
    yield 'The alarm test has no channel on this target (neither a list nor bytes), so nothing shows that a leak would be seen.';
  }
  for (const { phase, channel, rang, detail } of alarm.tests) {
    if (rang || (channel === 'bytes' && channels.pixelsForBytes)) continue;
    // Why there is none is said already.
    if (channel === 'pixels' && browser?.name === null) continue;
    const advice =
      channel === 'bytes' && browser === null
        ? ' Where recordings are re-encoded, browsers can judge them by their pixels: `--browser 4`.'
        : '';
    yield `The alarm test ${phase} the load did not ring on the ${channel} channel: ${detail}. A real leak there would not be seen either, so silence proves nothing.${advice}`;
  }
}

function* faultDoubts(world: World, options: JudgeOptions): Generator<string> {
  for (const fault of world.faults) {
    const said = fault.proof === '' ? 'no proof was recorded' : fault.proof;
    if (fault.openedAt === null) {
      // The failure begins with these words where the schedule gave up before its time.
      const why = fault.failure?.replace(/^never injected: /, '');
      yield `Fault ${fault.id} (${fault.kind}) was never injected, so it tested nothing${why === undefined ? '' : `: ${why}`}.`;
      continue;
    }
    if (fault.failure !== null) yield `Fault ${fault.id} (${fault.kind}) failed: ${fault.failure}.`;
    if (!fault.bit) yield `Fault ${fault.id} (${fault.kind}) was not proved to have bitten: ${said}.`;
    if (fault.healedAt === null) {
      yield `Fault ${fault.id} (${fault.kind}) was never healed, so the time after recovery is untested.`;
    }
  }
  const known = new Set(world.faults.map((fault) => fault.id));
  for (const id of options.faultsExpected ?? []) {
    if (!known.has(id)) yield `Fault ${id} was planned and is not in the history, so it tested nothing.`;
  }
}

/** What is said of the fault need not be said of its window again. */
const neverOpened = (world: World): ReadonlySet<string> =>
  new Set(world.faults.filter(({ openedAt }) => openedAt === null).map(({ id }) => id));

function* coverageDoubts(coverage: Coverage, options: JudgeOptions, world: World): Generator<string> {
  const quiet = neverOpened(world);
  const expected = {
    window: [],
    node: options.nodesExpected ?? [],
    version: options.versionsExpected ?? [],
    action: options.actionsExpected ?? [],
    channel: [],
  };
  if (coverage.opportunities === 0) {
    yield "No operation could have leaked: none returned personal data while another patient's session was active.";
  }
  for (const row of coverage.rows) {
    const wanted: readonly string[] = expected[row.kind];
    if (row.operations === 0 && wanted.includes(row.name)) {
      yield row.kind === 'action'
        ? `The action ${row.name} was expected and was never performed, so it is untested.`
        : `The ${row.kind} ${row.name} was expected and never served an operation of the load, so it is untested.`;
    } else if (row.kind === 'channel' && world.browser?.name === null) {
      // That nothing looked is said already.
    } else if (row.opportunities < row.floor && !(row.kind === 'window' && quiet.has(row.name))) {
      yield `The ${row.kind} ${row.name} saw ${countText(row.opportunities)} opportunities and its floor is ${countText(row.floor)}: too few to conclude from silence. Lengthen the run or add sessions.`;
    }
  }
  yield* gapDoubts(coverage);
}

/** Why windows are thin that would not be so without the probe. */
function* probeDoubts(world: World, { rows }: Coverage): Generator<string> {
  if (world.probed.size === 0 || rows.every(({ opportunities, floor }) => opportunities >= floor)) return;
  yield `${countText(world.probed.size)} operations fell into a hostile probe or the life of caches after it, and count for nothing: plan the probe last, or let the target declare a shorter cacheLifetimeMs.`;
}

const what: Readonly<Record<string, string>> = {
  watch: 'a recording (watch)',
  'view-history': 'a list (view-history)',
};

/** Twenty are named: names come from the target. */
function* gapDoubts({ gaps }: Coverage): Generator<string> {
  for (const { kind, name, action } of gaps.slice(0, gapsNamedMax)) {
    yield `The ${kind} ${name} never delivered ${what[action] ?? action} that could have leaked, so its ${action} is untested. Lengthen the run, or see whether it is sent there at all.`;
  }
  if (gaps.length > gapsNamedMax) yield `And ${gaps.length - gapsNamedMax} more such gaps by node, version and action.`;
}

function* errorDoubts(world: World, options: JudgeOptions): Generator<string> {
  const total = world.operations.length;
  const errors = errorCount(world);
  const rateMax = options.errorRateMax ?? 0.5;
  if (total === 0 || errors / total <= rateMax) return;
  yield `${countText(errors)} of ${countText(total)} operations failed or were refused what is their own (${percentText(errors / total)}), more than the ${percentText(rateMax)} allowed: too little is left to judge.`;
}

function* skipDoubts(world: World, options: JudgeOptions): Generator<string> {
  const skipped = world.skippedStepCount;
  const planned = world.operations.length + skipped;
  const rateMax = options.skippedRateMax ?? 0.6;
  if (skipped === 0 || skipped / planned <= rateMax) return;
  const reasons = [...world.skippedFor].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  const told = reasons.slice(0, namedMax).map(([why, steps]) => `${why} (${countText(steps)})`);
  const more = reasons.length > namedMax ? `; and ${reasons.length - namedMax} more reasons` : '';
  yield `${countText(skipped)} of ${countText(planned)} planned steps were left undone (${percentText(skipped / planned)}), more than the ${percentText(rateMax)} allowed, so most of the plan is untested: ${told.join('; ')}${more}.`;
}

/**
 * No right of this run explains another run's data. An account used again would; nobody can tell, so it is no finding either,
 * unless the accounts are leased: those are the same patients' in every run, and hold what those left in them.
 */
function* residueDoubts(world: World): Generator<string> {
  let count = 0;
  let first: { op: World['operations'][number]; route: string } | undefined;
  for (const op of world.operations) {
    const isOwn = ({ owner }: Sighting): boolean =>
      world.run.leased === true && op.patient !== null && halfHouseholdOf(owner) === halfHouseholdOf(op.patient);
    for (const { method, route, sightings } of op.exchanges) {
      const old = sightings.filter((sighting) => sighting.run !== world.run.run && !isOwn(sighting)).length;
      count += old;
      if (old > 0) first ??= { op, route: `${method} ${route}` };
    }
  }
  if (first === undefined) return;
  const { op, route } = first;
  const viewer = viewerOf(op) ?? 'a client without a patient';
  yield `${countText(count)} sightings are of earlier runs, first shown to ${viewer} in operation ${op.id} (${route}): no right explains them. Either the target leaks what those runs left behind, or an account of theirs was used again. Clean it with \`crosstalk heal\` and run the drill again.`;
}

function* ownDoubts(world: World, options: JudgeOptions): Generator<string> {
  const views = viewsCounted(world);
  const viewCount = views.length;
  const lacking = views.filter((view) => lacksOwn(view, world.belongings)).length;
  if (viewCount > 0 && lacking / viewCount > options.missingOwnRateMax) {
    yield `${countText(lacking)} of ${countText(viewCount)} whole own lists lacked an own item (${percentText(lacking / viewCount)}), more than the ${percentText(options.missingOwnRateMax)} allowed: an answer that does not show the own data would not show foreign data either.`;
  }
  const blind = blindClients(world);
  if (blind.length === 0) return;
  const more = blind.length > namedMax ? `, and ${blind.length - namedMax} more` : '';
  yield `Never saw their own data although they asked at least ${triesMin} times: ${blind.slice(0, namedMax).join('; ')}${more}. What cannot see its own cannot be seen to leak.`;
}

/** Sessions, and patients over all their short sessions, whose every attempt to see their own data was in vain. */
function blindClients(world: World): string[] {
  const bySession = new Map<string, { patient: number; tries: number; saw: boolean }>();
  const byPatient = new Map<number, { tries: number; saw: boolean }>();
  for (const op of world.operations) {
    if (op.patient === null || world.probed.has(op.id) || !isTry(op, world)) continue;
    const saw = seenBy(op, world).some((seen) => seen.sighting.owner === op.patient);
    const session = bySession.get(op.session) ?? { patient: op.patient, tries: 0, saw: false };
    const patient = byPatient.get(op.patient) ?? { tries: 0, saw: false };
    bySession.set(op.session, { ...session, tries: session.tries + 1, saw: session.saw || saw });
    byPatient.set(op.patient, { tries: patient.tries + 1, saw: patient.saw || saw });
  }
  const isBlind = (client: { tries: number; saw: boolean }): boolean => client.tries >= triesMin && !client.saw;
  const sessions = [...bySession].filter(([, session]) => isBlind(session));
  const told = new Set(sessions.map(([, session]) => session.patient));
  const patients = [...byPatient].filter(([patient, client]) => isBlind(client) && !told.has(patient));
  return [
    ...sessions.map(([id, { patient, tries }]) => `session ${id} of patient ${patient} (${tries} times)`),
    ...patients.map(([patient, { tries }]) => `patient ${patient} over several sessions (${tries} times)`),
  ];
}

function isTry(op: World['operations'][number], world: World): boolean {
  if (op.outcome !== 'ok' || op.signedIn !== 'yes' || op.exchanges.some((exchange) => exchange.partial === true)) {
    return false;
  }
  if (op.action === 'who-am-i') return true;
  return op.action === 'view-history' && op.of === undefined && ownsSomethingDuring(op, world.belongings);
}
