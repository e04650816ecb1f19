// The judge: a pure function from the finished history to the verdict. No clock, no I/O; the order of lines does not matter.
//
//     lines ─► world ─┬─► rules ──► findings ─┐
//                     ├─► alarm test ─────────┼─► LEAK, else INCONCLUSIVE if in doubt, else PASS
//                     └─► coverage ─► doubts ─┘

import { buildWorld } from './checks/world.ts';
import type { HistoryLine } from './history.ts';
import { channelsOf } from './judging/channels.ts';
import { type Coverage, coverageOf, type Floors } from './judging/coverage.ts';
import { notExercised } from './judging/coverage-gaps.ts';
import { doubtsOf } from './judging/doubts.ts';
import { errorCount } from './judging/doubts-errors.ts';
import { warningsOf } from './judging/warnings.ts';
import { type AlarmChannel, examine, isLeak, judgeAlarm, loadBeganAt } from './oracle.ts';
import type { Declarations } from './targets/target.ts';
import { exitCodes, type Finding, type Outcome, type Verdict } from './verdict.ts';
import { countText, percentText } from './wording.ts';

export interface JudgeOptions {
  readonly declares: Declarations;
  readonly floor: Floors;
  /** Share of failed operations above which too little is left to judge. Default 0.5. */
  readonly errorRateMax?: number;
  /** Share of the planned steps that may be left undone. Default 0.6. */
  readonly skippedRateMax?: number;
  /** Share of whole own lists that may lack an own item. */
  readonly missingOwnRateMax: number;
  /** Headers that would allow a leak count as one: LEAK, exit 1. */
  readonly strict: boolean;
  readonly versionsExpected?: readonly string[];
  readonly nodesExpected?: readonly string[];
  /** Actions that must have brought personal data, on every node and version: each has a floor of opportunities. Default none. */
  readonly actionsExpected?: readonly string[];
  /** Ids of the planned faults: one that left no line in the history tested nothing. */
  readonly faultsExpected?: readonly string[];
  /** Actions and scenarios that the target cannot do. */
  readonly notTested: readonly string[];
  /** What the drill plays and the target can do: what of it was never exercised is named. Default none: nothing is said. */
  readonly scenariosPlanned?: readonly string[];
  readonly actionsAvailable?: readonly string[];
  readonly sessions: number;
  readonly alarmChannels: readonly AlarmChannel[];
}

/** Throws when the history has no `run` line. */
export function judge(lines: Iterable<HistoryLine>, options: JudgeOptions): Verdict {
  const world = buildWorld(lines, options.declares);
  const { findings, hostileFindings, declared, firstLeakAt } = examine(world, options.strict);
  const probed = world.faults.some(({ hostile }) => hostile);
  const tests = judgeAlarm(world, options.alarmChannels);
  const channels = channelsOf(tests, options.alarmChannels);
  const excused = (test: (typeof tests)[number]): boolean => test.channel === 'bytes' && channels.pixelsForBytes;
  const alarm = { passed: tests.length > 0 && tests.every((test) => test.rang || excused(test)), tests };
  const coverage = coverageOf(world, options.floor, {
    nodes: options.nodesExpected ?? [],
    versions: options.versionsExpected ?? [],
    actions: options.actionsExpected ?? [],
    eyes: options.alarmChannels.includes('pixels'),
    pixelsForBytes: channels.pixelsForBytes,
  });
  const untested = notExercised(world, {
    scenarios: options.scenariosPlanned ?? [],
    actions: options.actionsAvailable ?? [],
  });
  const leaks = findings.filter((finding) => isLeak(finding.rule, options.strict));
  const doubts = doubtsOf(world, coverage, alarm, channels, options);
  const failures = [...world.phases].flatMap(([phase, { failed }]) =>
    failed === null || phase === 'unseed' ? [] : `${phase} failed: ${failed}`,
  );
  const verdict = outcomeOf(leaks, failures, doubts);
  return {
    version: 1,
    id: world.run.id,
    verdict,
    exitCode: exitCodes[verdict],
    meaning: meaningOf(leaks, failures, doubts, coverage),
    reasons: verdict === 'LEAK' ? leaks.map(told) : [...failures, ...doubts],
    target: world.run.target,
    seed: world.run.seed,
    driver: world.run.driver,
    startedAt: world.run.startedAt,
    endedAt: world.endedAt,
    sessions: options.sessions,
    operations: world.operations.length,
    errors: errorCount(world),
    opportunities: coverage.opportunities,
    opportunityOperations: coverage.opportunityOperations,
    bound95: coverage.worst?.bound95 ?? null,
    worstWindow: coverage.worst?.name ?? null,
    firstSightingAfterMs: firstLeakAt === null ? null : firstLeakAt - loadBeganAt(world),
    alarm,
    channels: [...channels.reports],
    ...(world.browser !== null && { browser: world.browser.name }),
    faults: world.faults.map(({ id, kind, openedAt, healedAt, bit, proof, failure }) => {
      return { id, kind, openedAt, healedAt, bit, proof: proof === '' ? (failure ?? '') : proof };
    }),
    findings: [...findings],
    ...(probed && { hostileFindings: [...hostileFindings] }),
    ...(declared.length > 0 && { declared: [...declared] }),
    coverage: {
      rows: [...coverage.rows],
      notTested: [...options.notTested, ...untested],
      skippedSteps: world.skippedStepCount,
    },
    warnings: [
      ...findings.filter((finding) => !isLeak(finding.rule, options.strict)).map(told),
      ...hostileFindings.map((finding) => `under a hostile probe, not counted: ${told(finding)}`),
      ...warningsOf(world, options),
      // What a leak outranks is still worth knowing.
      ...(verdict === 'LEAK' ? [...failures, ...doubts] : []),
    ],
  };
}

const told = (finding: Finding): string => `${finding.rule}: ${finding.summary}`;

/** A leak that was seen outranks everything; a drill that broke down says nothing about the target. */
function outcomeOf(leaks: readonly Finding[], failures: readonly string[], doubts: readonly string[]): Outcome {
  if (leaks.length > 0) return 'LEAK';
  if (failures.length > 0) return 'ERROR';
  return doubts.length > 0 ? 'INCONCLUSIVE' : 'PASS';
}

function meaningOf(
  leaks: readonly Finding[],
  failures: readonly string[],
  doubts: readonly string[],
  coverage: Coverage,
): string {
  const [gravest, ...others] = leaks;
  if (gravest !== undefined) {
    const more =
      others.length === 0 ? '' : ` And ${others.length} more ${others.length === 1 ? 'finding' : 'findings'}.`;
    return `Data reached somebody without a right to them. ${gravest.summary}${more}`;
  }
  if (failures[0] !== undefined)
    return `The drill could not be carried out, so it says nothing about the target: ${failures[0]}`;
  const [firstDoubt, ...moreDoubts] = doubts;
  if (firstDoubt !== undefined) {
    const more =
      moreDoubts.length === 0
        ? ''
        : ` And ${moreDoubts.length} more ${moreDoubts.length === 1 ? 'reason' : 'reasons'}.`;
    return `No leak was seen, but this run does not show that there is none. ${firstDoubt}${more}`;
  }
  return meaningOfPass(coverage);
}

function meaningOfPass({ opportunities, worst, rows }: Coverage): string {
  const bound = 1 - 0.05 ** (1 / opportunities);
  const whole = `With ${countText(opportunities)} independent opportunities and no leak, the leak rate is below ${percentText(bound)} per opportunity at 95 % confidence`;
  if (worst === null || rows.filter((row) => row.kind === 'window').length === 1) return `${whole}.`;
  if (worst.bound95 === null) return `${whole}; the thinnest window (${worst.name}) saw none of them.`;
  return `${whole}; the thinnest window (${worst.name}) saw ${countText(worst.opportunities)} of them, so there it is below ${percentText(worst.bound95)}.`;
}
