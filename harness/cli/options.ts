// The flags that shape a drill, and how they win: flags over config over defaults.
import { type Command, InvalidArgumentError, Option } from 'commander';
import { address, type DrillInput, defaultDurationMs, defaultSchedule } from '../drill.ts';
import { faultNamed } from '../faults/index.ts';
import type { Scenario } from '../plan.ts';

export interface DrillFlags {
  readonly seed?: string;
  readonly duration?: number;
  readonly sessions?: number;
  readonly driver?: 'node' | 'k6';
  readonly browser?: number;
  readonly fault?: readonly string[];
  readonly scenario?: readonly string[];
  readonly out?: string;
  readonly strict?: boolean;
  readonly stopOnLeak?: boolean;
  readonly otlp?: string;
}

const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** `45s`, `1.5m`, `500ms`; a bare number is seconds. */
export function durationMs(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text);
  const ms = match ? Math.round(Number(match[1]) * (unitsMs[match[2] ?? 's'] ?? Number.NaN)) : Number.NaN;
  if (!(ms > 0)) throw new InvalidArgumentError('write a duration such as 45s, 2m or 500ms.');
  return ms;
}

export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('write a whole number of 1 or more.');
  return value;
}

export const several = (text: string, before: readonly string[] = []): readonly string[] => [...before, text];

export const transcodeOption = (): Option =>
  new Option(
    '--transcode',
    'let the clinic re-encode recordings before it stores them: only their picture tells whose they are',
  );

export const topologyOption = (): Option =>
  new Option(
    '--topology <name>',
    'what the clinic runs on: what npm installs (embedded, the default), or PostgreSQL, Redis, nginx and Toxiproxy of this machine (real)',
  ).choices(['embedded', 'real']);

export const ownOption = (): Option =>
  new Option(
    '--i-own <host>',
    'confirms that this host, not this machine, is yours to flood and break (repeatable)',
  ).argParser(several);

export const otlpOption = (what = 'is sent the run, as spans, once it is over'): Option =>
  new Option('--otlp <url>', `an OpenTelemetry collector (OTLP over HTTP) that ${what}`).argParser(collectorOf);

function collectorOf(text: string): string {
  if (!address.safeParse(text).success)
    throw new InvalidArgumentError(
      'write the address of a collector, such as http://127.0.0.1:4318, without user and password.',
    );
  return text;
}

export function withDrillFlags(command: Command): Command {
  return command
    .option('--seed <text>', 'fixes people, plan and schedule (not the race between requests)')
    .option('--duration <time>', 'how long the load lasts, such as 45s or 2m', durationMs)
    .option('--sessions <number>', 'sessions at the same time', wholeNumber)
    .addOption(new Option('--driver <name>', 'what carries the load').choices(['node', 'k6']))
    .option('--browser <number>', 'patients at real browsers beside the load, in fours', wholeNumber)
    .option('--fault <kind>', 'only this fault (repeatable), or "none"', several)
    .option('--scenario <name>', 'only this scenario (repeatable)', several)
    .option('--out <folder>', 'where the folder of this run is made')
    .option('--strict', 'headers that would let a shared cache keep a personal answer are a leak')
    .option('--stop-on-leak', 'end the load two seconds after the first leak')
    .addOption(otlpOption());
}

/** The drill as config and flags together say it; still unchecked. */
export function mergeFlags(config: DrillInput, flags: DrillFlags, scenarios: readonly Scenario[]): DrillInput {
  const durationMs = flags.duration ?? config.durationMs ?? defaultDurationMs;
  return {
    ...config,
    durationMs,
    ...(flags.seed !== undefined && { seed: flags.seed }),
    ...(flags.sessions !== undefined && { sessions: flags.sessions }),
    ...(flags.driver !== undefined && { driver: flags.driver }),
    ...(flags.browser !== undefined && { browser: flags.browser }),
    ...(flags.out !== undefined && { out: flags.out }),
    ...(flags.strict !== undefined && { strict: flags.strict }),
    ...(flags.stopOnLeak !== undefined && { stopOnLeak: flags.stopOnLeak }),
    ...(flags.otlp !== undefined && { otlp: flags.otlp }),
    ...(flags.fault && { faults: scheduleOf(flags.fault, durationMs) }),
    ...(flags.scenario && { scenarios: onlyThese(flags.scenario, scenarios) }),
  };
}

function scheduleOf(kinds: readonly string[], durationMs: number): DrillInput['faults'] {
  if (kinds.length === 1 && kinds[0] === 'none') return [];
  const known = kinds.map((kind) => faultNamed(kind).kind);
  return defaultSchedule(known, durationMs).map(({ kind, atMs, forMs }) => ({ kind, atMs, forMs }));
}

function onlyThese(names: readonly string[], scenarios: readonly Scenario[]): Record<string, number> {
  const others = scenarios.filter(({ name }) => !names.includes(name)).map(({ name }) => [name, 0] as const);
  const chosen = names.map(
    (name) => [name, scenarios.find((scenario) => scenario.name === name)?.weight ?? 1] as const,
  );
  return Object.fromEntries([...others, ...chosen]);
}

/** The flags as they were given, for the command that repeats a run. */
export function flagsText(
  flags: DrillFlags & { readonly bug?: readonly string[]; readonly topology?: string; readonly transcode?: boolean },
): string {
  const one = (name: string, value: string | number | undefined): string[] =>
    value === undefined ? [] : [`--${name} ${/^[\w.:/-]+$/.test(String(value)) ? value : JSON.stringify(value)}`];
  return [
    ...(flags.bug ?? []).flatMap((bug) => one('bug', bug)),
    ...one('topology', flags.topology),
    ...(flags.transcode ? ['--transcode'] : []),
    ...one('seed', flags.seed),
    ...one('duration', flags.duration === undefined ? undefined : `${flags.duration}ms`),
    ...one('sessions', flags.sessions),
    ...one('driver', flags.driver),
    ...one('browser', flags.browser),
    ...(flags.fault ?? []).flatMap((fault) => one('fault', fault)),
    ...(flags.scenario ?? []).flatMap((scenario) => one('scenario', scenario)),
    ...one('out', flags.out),
    ...(flags.strict ? ['--strict'] : []),
    ...(flags.stopOnLeak ? ['--stop-on-leak'] : []),
    ...one('otlp', flags.otlp),
  ].join(' ');
}
