// The run's figures as OpenMetrics text, for a trend over many runs: gauges, for each run is a measurement of its own, and no label
// that changes from one run to the next (no run id, no time), so that a series is the same series tomorrow.
import type { Report } from '../harness/report.ts';
import { exitCodes, type Finding, type Outcome, ruleIds, type Verdict } from '../harness/verdict.ts';
import { plain } from './text.ts';

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [labels: Labels, value: number];

interface Family {
  readonly name: string;
  readonly type?: 'gauge' | 'stateset' | 'info';
  /** The last word of the name, where the value has a unit. */
  readonly unit?: 'seconds' | 'ratio';
  readonly help: string;
  readonly samples: readonly Sample[];
}

const rowsMax = 1_000;

export function openmetrics({ verdict }: Report): string {
  return `${familiesOf(verdict).flatMap(linesOf).join('\n')}\n# EOF\n`;
}

function familiesOf(verdict: Verdict): Family[] {
  const one = (value: number | null): Sample[] => (value === null ? [] : [[{}, value]]);
  const byRule = (figure: (findings: readonly Finding[]) => number): Sample[] =>
    ruleIds.map((rule) => [{ rule }, figure(verdict.findings.filter((finding) => finding.rule === rule))]);
  const sum = (key: 'count' | 'listed' | 'viewed') => (findings: readonly Finding[]) =>
    findings.reduce((total, finding) => total + finding[key], 0);
  const { target, driver } = verdict;
  return [
    { name: 'crosstalk_drill', type: 'info', help: 'What was drilled.', samples: [[{ target, driver }, 1]] },
    {
      name: 'crosstalk_verdict',
      type: 'stateset',
      help: 'The verdict: 1 for the one that holds.',
      samples: (Object.keys(exitCodes) as Outcome[]).map((outcome) => [
        { crosstalk_verdict: outcome },
        verdict.verdict === outcome ? 1 : 0,
      ]),
    },
    {
      name: 'crosstalk_exit_code',
      help: '0 PASS, 1 LEAK, 2 INCONCLUSIVE, 3 ERROR.',
      samples: one(verdict.exitCode),
    },
    {
      name: 'crosstalk_findings',
      help: 'Findings by rule.',
      samples: byRule((findings) => findings.length),
    },
    { name: 'crosstalk_violations', help: 'Violations by rule.', samples: byRule(sum('count')) },
    {
      name: 'crosstalk_things_listed',
      help: 'Foreign things on a list or page, by rule.',
      samples: byRule(sum('listed')),
    },
    { name: 'crosstalk_things_viewed', help: 'Foreign recordings delivered, by rule.', samples: byRule(sum('viewed')) },
    { name: 'crosstalk_operations', help: 'Operations performed.', samples: one(verdict.operations) },
    { name: 'crosstalk_errors', help: 'Operations that failed.', samples: one(verdict.errors) },
    { name: 'crosstalk_sessions', help: 'Sessions at the same time.', samples: one(verdict.sessions) },
    {
      name: 'crosstalk_opportunities',
      help: 'Independent chances to leak that were seen.',
      samples: one(verdict.opportunities),
    },
    {
      name: 'crosstalk_leak_rate_bound_ratio',
      unit: 'ratio',
      help: 'If nothing leaked: the leak rate of the thinnest window is below this at 95 % confidence.',
      samples: one(verdict.bound95),
    },
    {
      name: 'crosstalk_first_sighting_seconds',
      unit: 'seconds',
      help: 'From the beginning of the load to the first leak; absent without one.',
      samples: one(inSeconds(verdict.firstSightingAfterMs)),
    },
    {
      name: 'crosstalk_run_duration_seconds',
      unit: 'seconds',
      help: 'How long the run took.',
      samples: one(inSeconds(verdict.endedAt - verdict.startedAt)),
    },
    {
      name: 'crosstalk_coverage_opportunities',
      help: 'Independent chances by window, node, version, action and look.',
      samples: verdict.coverage.rows
        .slice(0, rowsMax)
        .map(({ kind, name, opportunities }) => [{ kind, name }, opportunities]),
    },
    {
      name: 'crosstalk_coverage_floor',
      help: 'The chances that the drill asks for there.',
      samples: verdict.coverage.rows.slice(0, rowsMax).map(({ kind, name, floor }) => [{ kind, name }, floor]),
    },
    {
      name: 'crosstalk_fault_bit',
      help: '1 where a fault is proved to have bitten.',
      samples: verdict.faults.slice(0, rowsMax).map(({ id, kind, bit }) => [{ fault: id, kind }, bit ? 1 : 0]),
    },
    {
      name: 'crosstalk_alarm_rang',
      help: '1 where the alarm test rang.',
      samples: verdict.alarm.tests
        .slice(0, rowsMax)
        .map(({ phase, channel, rang }) => [{ phase, channel }, rang ? 1 : 0]),
    },
  ];
}

const inSeconds = (ms: number | null): number | null => (ms === null ? null : ms / 1_000);

function linesOf({ name, type = 'gauge', unit, help, samples }: Family): string[] {
  // Two samples with equal labels would make the text invalid; names come from the target, and cleaning may make two of them one.
  const seen = new Set<string>();
  const lines = samples.flatMap(([labels, value]) => {
    const series = `${name}${type === 'info' ? '_info' : ''}${labelsText(labels)}`;
    if (seen.has(series) || !Number.isFinite(value)) return [];
    seen.add(series);
    return [`${series} ${value}`];
  });
  if (lines.length === 0) return [];
  return [
    `# TYPE ${name} ${type}`,
    ...(unit === undefined ? [] : [`# UNIT ${name} ${unit}`]),
    `# HELP ${name} ${help}`,
    ...lines,
  ];
}

function labelsText(labels: Labels): string {
  const parts = Object.entries(labels).map(([name, value]) => `${name}="${labelValue(value)}"`);
  return parts.length === 0 ? '' : `{${parts.join(',')}}`;
}

/** Line breaks can't be left in it by then. */
const labelValue = (value: string): string => plain(value, 200).replace(/[\\"]/g, '\\$&');
