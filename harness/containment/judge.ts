// Judges a containment drill from its history alone: when the switch was pulled, and when each channel last showed something foreign.
// What is foreign the oracle's rules say, the same as in any drill.

import { isViewed } from '../checks/check.ts';
import { buildWorld, type World } from '../checks/world.ts';
import type { HistoryLine, Operation } from '../history.ts';
import { examine } from '../oracle.ts';
import type { Declarations, Switch } from '../targets/target.ts';
import { exitCodes, type Outcome } from '../verdict.ts';
import { type ChannelContained, type ContainChannel, type ContainReport, containChannels } from './report.ts';
import { channelOf, ownSessionPrefix, recordingsOnly } from './sessions.ts';

export const switchFaultId = 'contain-switch';

export interface ContainTerms {
  readonly switchName: string;
  readonly claims: Switch['claims'];
  /** What was leaking, for people. */
  readonly leak: string;
  /** What is seen later than this after the pull was not contained. */
  readonly withinMs: number;
  readonly quietMs: number;
  readonly probeEveryMs: number;
}

/** Fewer answered probes after the pull than this say nothing. */
const probesMin = 3;

/** What can be planted on any target, and so must be seen to go dark where the switch claims it. */
const plantable: ReadonlySet<ContainChannel> = new Set(['lists', 'bytes', 'open-pages', 'signed-links']);

const needEyes: Readonly<Partial<Record<ContainChannel, string>>> = {
  'browser-caches': 'what a browser has kept takes a browser to see, and no switch of the deployment reaches it',
  downloads: 'what a person has saved takes eyes, and no switch of the deployment reaches it',
};

interface Looks {
  foreignBefore: number;
  foreignAfter: number;
  probesAfter: number;
  lastSightMs: number;
}

export function judgeContainment(
  lines: Iterable<HistoryLine>,
  declares: Declarations,
  terms: ContainTerms,
): ContainReport {
  const world = buildWorld(lines, declares);
  const pull = world.faults.find(({ id }) => id === switchFaultId);
  const pulledAt = pull?.openedAt ?? null;
  const releasedAt = pull?.healedAt ?? null;
  const until = releasedAt ?? world.endedAt;
  const foreign = foreignIn(world);
  const channels = containChannels.map((channel) =>
    contained(channel, looksAt(channel, world, foreign(channel), { pulledAt, until }), terms),
  );
  const own = ownBack(world, pulledAt, releasedAt);
  const reasons = reasonsOf(channels, pulledAt, pull?.failure ?? null, own, terms);
  const verdict = outcomeOf(channels, reasons);
  return {
    version: 1,
    verdict,
    exitCode: exitCodes[verdict],
    reasons,
    target: world.run.target,
    switch: terms.switchName,
    leak: terms.leak,
    startedAt: world.run.startedAt,
    pulledAt,
    pullMs: pulledAt === null || pull?.provedAt == null ? null : pull.provedAt - pulledAt,
    releasedAt,
    endedAt: world.endedAt,
    quietMs: terms.quietMs,
    limitMs: terms.withinMs,
    probeEveryMs: terms.probeEveryMs,
    channels,
    ownBackMs: own.backMs,
  };
}

/** Of the channel itself; and for `shared-cache`, of all answers that say they came out of one. */
function looksAt(
  channel: ContainChannel,
  world: World,
  foreign: ReadonlySet<string>,
  { pulledAt, until }: { readonly pulledAt: number | null; readonly until: number },
): Looks {
  const looks: Looks = { foreignBefore: 0, foreignAfter: 0, probesAfter: 0, lastSightMs: 0 };
  const isCache = channel === 'shared-cache';
  const isOf = (op: Operation): boolean =>
    isCache ? channelOf(op) !== null && op.scenario === 'contain' : channelOf(op) === channel;
  for (const op of world.operations) {
    if (op.startedAt > until || !isOf(op) || !op.exchanges.some(({ status }) => status > 0)) continue;
    // A stream that is open goes on showing: it is dark when it has ended.
    const isAfter = pulledAt !== null && op.endedAt > pulledAt;
    if (isAfter) looks.probesAfter++;
    if (!foreign.has(op.id)) continue;
    if (!isAfter || op.startedAt < (pulledAt ?? 0)) looks.foreignBefore++;
    if (!isAfter) continue;
    looks.foreignAfter++;
    looks.lastSightMs = Math.max(looks.lastSightMs, op.endedAt - pulledAt);
  }
  return looks;
}

/** Operations in which something reached who had no right to it, by the channels in which that counts. */
function foreignIn(world: World): (channel: ContainChannel) => ReadonlySet<string> {
  const any = new Set<string>();
  const viewed = new Set<string>();
  const cached = new Set<string>();
  examine(world, false, ({ rule, operation, sharedCache, reach }) => {
    if (rule === 'latent' || rule === 'missing-own') return;
    any.add(operation);
    if (reach === 'viewed') viewed.add(operation);
    if (sharedCache !== undefined) cached.add(operation);
  });
  return (channel) => {
    if (channel === 'shared-cache') return cached;
    // A list is no recording, whoever looked at it on their way to one.
    return recordingsOnly.has(channel) ? viewed : any;
  };
}

function contained(channel: ContainChannel, looks: Looks, { withinMs }: ContainTerms): ChannelContained {
  const { foreignBefore, probesAfter, lastSightMs } = looks;
  const eyes = needEyes[channel];
  const why =
    eyes ??
    (foreignBefore === 0
      ? 'nothing foreign was seen there before the switch was pulled, so its silence says nothing'
      : probesAfter < probesMin
        ? `only ${probesAfter} looks were answered after the switch was pulled, fewer than the ${probesMin} that say something`
        : '');
  // What is still shown is so, however few looks there were.
  const lit = lastSightMs > withinMs;
  const outcome = lit ? 'lit' : why !== '' ? 'not-judged' : 'dark';
  const { foreignAfter } = looks;
  return {
    channel,
    outcome,
    lastSightMs: outcome === 'not-judged' ? null : lastSightMs,
    foreignBefore,
    foreignAfter,
    probesAfter,
    why: outcome === 'not-judged' ? why : '',
  };
}

interface OwnData {
  readonly before: boolean;
  readonly backMs: number | null;
}

/** Back is who can see their own list and play their own recording, in one session that began after the release. */
function ownBack(world: World, pulledAt: number | null, releasedAt: number | null): OwnData {
  const whole = new Map<string, { list: boolean; played: number | null }>();
  for (const op of world.operations) {
    if (!op.session.startsWith(ownSessionPrefix) || op.outcome !== 'ok') continue;
    const seen = whole.get(op.session) ?? { list: false, played: null };
    const own = op.exchanges.flatMap((exchange) =>
      exchange.sightings.filter(({ owner }) => owner === op.patient).map((sighting) => ({ exchange, sighting })),
    );
    if (op.action === 'view-history') seen.list ||= own.some(({ sighting }) => sighting.kind === 'title');
    if (op.action === 'watch' && own.some(({ exchange, sighting }) => isViewed(exchange, sighting)))
      seen.played = op.endedAt;
    whole.set(op.session, seen);
  }
  const times = [...whole.values()].flatMap(({ list, played }) => (list && played !== null ? [played] : []));
  const after = releasedAt === null ? [] : times.filter((at) => at > releasedAt);
  return {
    before: times.some((at) => pulledAt === null || at <= pulledAt),
    backMs: releasedAt === null || after.length === 0 ? null : Math.min(...after) - releasedAt,
  };
}

function reasonsOf(
  channels: readonly ChannelContained[],
  pulledAt: number | null,
  failure: string | null,
  own: OwnData,
  { claims, withinMs, switchName }: ContainTerms,
): string[] {
  if (pulledAt === null) return [`The switch ${switchName} was never pulled: nothing was tested.`];
  const lit = channels
    .filter(({ outcome }) => outcome === 'lit')
    .map(
      ({ channel, lastSightMs }) =>
        `${channel} still showed what is another’s ${((lastSightMs ?? 0) / 1_000).toFixed(1)} s after the switch was pulled; ${withinMs / 1_000} s are allowed.`,
    );
  const unclear = channels
    .filter(({ channel, outcome }) => outcome === 'not-judged' && claims.includes(channel) && plantable.has(channel))
    .map(({ channel, why }) => `${channel}, which the switch claims, could not be judged: ${why}.`);
  return [
    ...lit,
    ...(failure === null ? [] : [`The switch failed: ${failure}.`]),
    ...unclear,
    ...(channels.some(({ outcome }) => outcome !== 'not-judged') ? [] : ['No channel could be judged.']),
    ...(own.before
      ? []
      : ['Own data was not seen before the switch was pulled, so nobody can say whether it came back.']),
    ...(own.backMs === null ? ['Own data did not come back after the switch was released.'] : []),
  ];
}

function outcomeOf(channels: readonly ChannelContained[], reasons: readonly string[]): Outcome {
  if (channels.some(({ outcome }) => outcome === 'lit')) return 'LEAK';
  return reasons.length > 0 ? 'INCONCLUSIVE' : 'PASS';
}
