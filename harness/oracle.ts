// Folds the rules over the world: over the load for findings, and over the alarm test to see whether the oracle rings on
// this very deployment. What the alarm test sighted never becomes a finding.
import { checks } from './checks/all.ts';
import { type Seen, seenBy, seenOfAccounts } from './checks/check.ts';
import { collectDeclared } from './checks/declared.ts';
import { foreignIdentity } from './checks/foreign-identity.ts';
import { foreignListing } from './checks/foreign-listing.ts';
import { foreignRecording } from './checks/foreign-recording.ts';
import type { World } from './checks/world.ts';
import type { Operation } from './history.ts';
import { comparer } from './judging/exposed.ts';
import { collectFindings } from './judging/findings.ts';
import type { DeclaredReport, Finding, RuleId, Verdict, Violation } from './verdict.ts';

type AlarmReport = Verdict['alarm']['tests'][number];
export type AlarmChannel = AlarmReport['channel'];

export interface Examination {
  readonly findings: readonly Finding[];
  /** Seen while a hostile probe was at work or its traces may have been: what it shows, and no leak of the deployment as it is. */
  readonly hostileFindings: readonly Finding[];
  readonly declared: readonly DeclaredReport[];
  /** When the first leak was seen; null without one. */
  readonly firstLeakAt: number | null;
}

/** `latent` is a warning, and a leak only under `strict`; `missing-own` never is one by itself. */
export function isLeak(rule: RuleId, strict: boolean): boolean {
  return rule !== 'missing-own' && (strict || rule !== 'latent');
}

export const loadBeganAt = (world: World): number => world.phases.get('load')?.beganAt ?? world.run.startedAt;

/** `observe` is shown each violation that counts: findings keep only a few. */
export function examine(world: World, strict: boolean, observe?: (violation: Violation) => void): Examination {
  const itemOfId = (id: string): number | null => world.ids.get(id)?.item ?? null;
  const findings = collectFindings(itemOfId);
  const hostileFindings = collectFindings(itemOfId);
  const declared = collectDeclared();
  let firstLeakAt: number | null = null;
  const record = (violations: Iterable<Violation>): void => {
    for (const violation of violations) {
      if (world.probed.has(violation.operation)) {
        hostileFindings.add(violation);
        continue;
      }
      findings.add(violation);
      observe?.(violation);
      if (isLeak(violation.rule, strict)) firstLeakAt = Math.min(firstLeakAt ?? violation.at, violation.at);
    }
  };
  for (const op of world.operations) {
    const allSeen = seenBy(op, world);
    declared.add(op, allSeen, world);
    for (const check of checks) if (check.operation !== undefined) record(check.operation(op, allSeen, world));
  }
  for (const check of checks) if (check.finish !== undefined) record(check.finish(world));
  const beganAt = loadBeganAt(world);
  return {
    findings: findings.finish(beganAt, comparer(world)),
    hostileFindings: hostileFindings.finish(beganAt),
    declared: declared.finish(),
    firstLeakAt,
  };
}

const channelOf = {
  list: { action: 'view-history', checks: [foreignListing, foreignIdentity], what: "another patient's list" },
  bytes: { action: 'watch', checks: [foreignRecording], what: "the bytes of another patient's recording" },
  pixels: { action: 'watch', checks: [foreignRecording], what: "another patient's recording in a browser's player" },
} as const;

/** Lists and bytes are asked of the drivers that read answers, pixels of the browsers. */
const isOf = (channel: AlarmChannel, op: Operation): boolean => (channel === 'pixels') === (op.browser === true);
const rings = (channel: AlarmChannel, { exchange }: Seen): boolean =>
  (channel === 'pixels') === (exchange.channel === 'pixels');

/** One report for each phase and channel: before and after the load, each channel must ring. */
export function judgeAlarm(world: World, channels: readonly AlarmChannel[]): AlarmReport[] {
  return (['before', 'after'] as const).flatMap((phase) =>
    channels.map((channel) => alarmReport(world, phase, channel)),
  );
}

function alarmReport(world: World, phase: AlarmReport['phase'], channel: AlarmChannel): AlarmReport {
  const { action, checks: ringing, what } = channelOf[channel];
  const operations = alarmOperationsOf(world, phase).filter((op) => op.action === action && isOf(channel, op));
  for (const op of operations) {
    for (const check of ringing) {
      const allSeen = seenOfAccounts(op, world).filter((seen) => rings(channel, seen));
      for (const seen of check.operation?.(op, allSeen, world) ?? []) {
        // Server-issued ids may be known from the load; the alarm must show that canaries survive the way.
        if (seen.item.startsWith('id ')) continue;
        const detail = `with another patient's credentials, patient ${seen.viewer} was shown ${seen.item} of patient ${seen.owner} (${seen.route})`;
        return { phase, channel, rang: true, delivered: true, detail };
      }
    }
  }
  const delivered = operations.some(({ outcome }) => outcome === 'ok');
  return { phase, channel, rang: false, delivered, detail: whySilent(operations, action, what) };
}

function alarmOperationsOf(world: World, phase: AlarmReport['phase']): Operation[] {
  const bounds = world.phases.get(phase === 'before' ? 'alarm-before' : 'alarm-after');
  if (bounds === undefined) return [];
  const endedAt = bounds.endedAt ?? Number.POSITIVE_INFINITY;
  return world.alarmOperations.filter((op) => op.startedAt >= bounds.beganAt && op.startedAt <= endedAt);
}

function whySilent(operations: readonly Operation[], action: string, what: string): string {
  if (operations.length === 0) return `no ${action} was performed, so nothing could ring`;
  const outcomes = [...new Set(operations.map((op) => op.outcome))].join(', ');
  return `${operations.length} ${action} (${outcomes}) fetched ${what} and no canary was found in the answer`;
}
