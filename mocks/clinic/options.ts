// The clinic's command line. A wrong flag is answered with what would have been right.
import { parseArgs } from 'node:util';
import { bugs } from './bugs/index.ts';
import { type SwitchPart, switchParts } from './rewatch-switch.ts';

export const toothlessFaults = [
  'cache-flush',
  'cache-slow',
  'cache-down',
  'cache-squeeze',
  'cache-restart',
  'cache-cut',
  'cache-pause',
  'cache-promote-stale',
  'cache-swap',
  'cache-reset',
  'cache-half-open',
  'database-cut',
  'database-hold',
  'database-failover',
  'database-slow',
  'database-reset',
  'database-down',
  'database-half-open',
  'edge-config',
  'edge-purge',
  'mail-down',
  'deploy-restart',
  'deploy-upgrade',
  'deploy-rollback',
  'instance-crash',
  'instance-freeze',
] as const;
export type ToothlessFault = (typeof toothlessFaults)[number];

export const topologies = ['embedded', 'real'] as const;

export interface ClinicOptions {
  readonly port: number;
  readonly adminPort: number;
  readonly nodeCount: number;
  /** Whether the parts come with npm, or are PostgreSQL, Redis, nginx and Toxiproxy of this machine. */
  readonly topology: (typeof topologies)[number];
  readonly bugs: readonly string[];
  /** A file to append a line to for each answer, so that a run can be checked against it; undefined: none is kept. */
  readonly accessLog: string | undefined;
  /** Where an OpenTelemetry collector is told of each request that was part of a trace; undefined: none is. */
  readonly collector: string | undefined;
  /** Recordings are re-encoded before they are stored. */
  readonly transcode: boolean;
  readonly toothless: ReadonlySet<ToothlessFault>;
  /** What the rewatch switch leaves as it is, as if its makers had not thought of it. */
  readonly switchForgets: ReadonlySet<SwitchPart>;
  readonly verbose: boolean;
  readonly withParent: boolean;
  readonly adminSecret: string;
}

/** The user's mistake, with the message to show. */
export class OptionError extends Error {
  override name = 'OptionError';
}

const nodeCountMax = 8;

function whole(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (text !== '' && Number.isInteger(value) && value >= min && value <= max) return value;
  throw new OptionError(`--${name} ${text} is not a whole number from ${min} to ${max}`);
}

function known<Name extends string>(flag: string, given: readonly string[], names: readonly Name[]): readonly Name[] {
  return given.map((each) => {
    const found = names.find((name) => name === each);
    if (found === undefined) throw new OptionError(`--${flag} ${each} is unknown; there are: ${names.join(', ')}`);
    return found;
  });
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: 'string', default: '0' },
        'admin-port': { type: 'string', default: '0' },
        nodes: { type: 'string', default: '2' },
        topology: { type: 'string', default: 'embedded' },
        bug: { type: 'string', multiple: true, default: [] },
        toothless: { type: 'string', multiple: true, default: [] },
        'switch-forgets': { type: 'string', multiple: true, default: [] },
        'access-log': { type: 'string' },
        otlp: { type: 'string' },
        transcode: { type: 'boolean', default: false },
        verbose: { type: 'boolean', default: false },
        'with-parent': { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    const flags =
      '--port, --admin-port, --nodes, --topology, --bug, --transcode, --toothless, --switch-forgets, --access-log, --otlp, --verbose, --with-parent';
    throw new OptionError(`${error instanceof Error ? error.message : String(error)}. The flags are ${flags}.`);
  }
}

export function readOptions(args: readonly string[], adminSecret: string | undefined): ClinicOptions {
  const values = parse(args);
  if (adminSecret === undefined || adminSecret.length < 8) {
    throw new OptionError(
      'CROSSTALK_CLINIC_ADMIN_SECRET must hold a secret of 8 characters or more: it guards the admin port',
    );
  }
  const bugNames = bugs.map((bug) => bug.id);
  const [topology = 'embedded'] = known('topology', [values.topology], topologies);
  const given = known('bug', values.bug, bugNames);
  for (const bug of bugs.filter(({ id }) => given.includes(id))) {
    if (!bug.topologies.includes(topology))
      throw new OptionError(
        `--bug ${bug.id} can't live on --topology ${topology}, only on ${bug.topologies.join(', ')}`,
      );
  }
  const accessLog = values['access-log'];
  if (accessLog !== undefined && topology === 'real')
    throw new OptionError('--access-log needs --topology embedded: the edge of the real one keeps no such log');
  const collector = values.otlp;
  if (collector !== undefined && !(URL.canParse(collector) && /^https?:$/.test(new URL(collector).protocol)))
    throw new OptionError(
      `--otlp ${collector} is no address of a collector; write one such as http://127.0.0.1:4318/v1/traces`,
    );
  return {
    port: whole('port', values.port, 0, 65_535),
    adminPort: whole('admin-port', values['admin-port'], 0, 65_535),
    nodeCount: whole('nodes', values.nodes, 1, nodeCountMax),
    topology,
    bugs: given,
    accessLog,
    collector,
    transcode: values.transcode,
    toothless: new Set(known('toothless', values.toothless, toothlessFaults)),
    switchForgets: new Set(known('switch-forgets', values['switch-forgets'], switchParts)),
    verbose: values.verbose,
    withParent: values['with-parent'],
    adminSecret,
  };
}
