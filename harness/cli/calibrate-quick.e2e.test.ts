// The whole catalogue once, in CI: every bug is found, named rightly, and not found without its trigger; the correct clinic is silent
// under every fault; and the clinic's own log says the same of every single answer.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Calibration, calibrationSchema } from '../calibration/calibration.ts';
import { type Finding, type RuleId, type Verdict, verdictSchema } from '../verdict.ts';
import { type CommandLine, commandLine, type Finished } from './command-line.ts';

const runMaxMs = 900_000;
const lists = ['GET /me/history', 'GET /me/rewatch', 'GET /me'];

interface Expected {
  readonly rules: readonly RuleId[];
  readonly routes: readonly string[];
  /** Open when it was first seen, or just healed. */
  readonly fault?: string;
  readonly nodes?: readonly string[];
  readonly versions?: readonly string[];
  readonly reach?: 'listed' | 'viewed';
}

/** What a person who knows nothing of the bug must be told. */
const expected: Readonly<Record<string, Expected>> = {
  'cache-key-lacks-owner': { rules: ['foreign-listing'], routes: lists, reach: 'listed' },
  'edge-caches-private': { rules: ['foreign-listing'], routes: lists, fault: 'edge-config', reach: 'listed' },
  'edge-stores-session': { rules: ['session-swap'], routes: ['GET /slots', 'GET /', ...lists] },
  'request-collapsing': { rules: ['foreign-listing', 'session-swap'], routes: lists },
  'path-confusion': { rules: ['anonymous'], routes: ['GET /me/history/{odd path}'], reach: 'listed' },
  'heuristic-freshness': { rules: ['foreign-listing'], routes: lists, reach: 'listed' },
  'mixed-key-format': {
    ...{ rules: ['foreign-listing'], routes: lists, reach: 'listed' },
    fault: 'deploy-upgrade',
  },
  'clinician-keeps-access': { rules: ['afterlife'], routes: ['GET /clinician/day'], reach: 'listed' },
  'stale-after-revoke': { rules: ['afterlife'], routes: ['GET /patients/{id}/history'], reach: 'listed' },
  'pool-desync': { rules: ['foreign-listing', 'session-swap'], routes: lists, fault: 'cache-slow' },
  'shared-request-context': { rules: ['foreign-listing', 'foreign-identity', 'session-swap'], routes: lists },
  'session-store-fallback': {
    ...{ rules: ['session-swap', 'foreign-listing', 'foreign-identity'], routes: lists },
    fault: 'cache-down',
  },
  'reconnect-herd': {
    ...{ rules: ['session-swap', 'foreign-listing', 'foreign-identity'], routes: lists },
    fault: 'cache-flush',
  },
  // The answer to another's question may come to any question that this scenario's sessions ask.
  'framing-desync': {
    rules: ['foreign-listing', 'foreign-identity', 'foreign-recording', 'session-swap'],
    routes: [
      ...[...lists, 'POST /me/consultations', 'GET /recordings/{id}/content'],
      ...['attend', 'switch-call', 'end-call'].map((call) => `POST /me/consultations/{id}/${call}`),
    ],
  },
  'drifted-instance': { rules: ['foreign-listing'], routes: lists, nodes: ['app-2'], reach: 'listed' },
  'id-reuse-after-failover': {
    ...{ rules: ['foreign-listing'], routes: ['GET /me/consultations/{id}', 'POST /me/consultations'] },
    fault: 'database-failover',
  },
  'slot-name-collision': { rules: ['foreign-recording'], routes: ['GET /recordings/{id}/content'], reach: 'viewed' },
  'call-switch': { rules: ['foreign-listing'], routes: lists, reach: 'listed' },
  'link-reuse': {
    ...{ rules: ['anonymous', 'foreign-recording', 'afterlife'], routes: ['GET /recordings/{id}/content'] },
    reach: 'viewed',
  },
  'idempotency-unscoped': { rules: ['foreign-listing'], routes: ['POST /me/consultations'], reach: 'listed' },
  'fail-open-filter': { rules: ['foreign-listing'], routes: lists, reach: 'listed' },
  'cursor-unscoped': {
    ...{ rules: ['foreign-listing'], routes: ['GET /me/history?cursor'], reach: 'listed' },
    fault: 'cache-flush',
  },
  'export-context': {
    ...{ rules: ['foreign-recording'], routes: ['GET /me/exports/{id}/content'] },
    reach: 'viewed',
  },
  'notice-misdirected': { rules: ['foreign-listing', 'foreign-identity'], routes: ['GET /inboxes/{email}'] },
  'stream-misrouted': { rules: ['foreign-listing'], routes: ['GET /me/live'], reach: 'listed' },
};

describe('the whole catalogue', () => {
  let cli: CommandLine;
  let finished: Finished;
  let calibration: Calibration;
  beforeAll(async () => {
    cli = commandLine();
    finished = await cli.run(['calibrate', '--quick', '--out', 'calibration']);
    const file = path.join(cli.folder, 'calibration/calibration.json');
    calibration = calibrationSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  }, runMaxMs);
  afterAll(() => cli.remove());

  it('is found whole, by its triggers alone, and the correct clinic gives no alarm', () => {
    const { summary, trials } = calibration;
    expect(
      trials.flatMap(({ bug, kind, verdict, reasons }) => (verdict === 'ERROR' ? [{ bug, kind, reasons }] : [])),
    ).toEqual([]);
    const unseen = summary.bugs.filter(({ found, trials: all }) => found < all).map(({ bug }) => bug);
    const ofUnseen = trials.filter(({ bug, kind }) => kind === 'trigger' && bug !== null && unseen.includes(bug));
    expect(ofUnseen.map(({ bug, verdict, reasons }) => ({ bug, verdict, reasons }))).toEqual([]);
    const causeless = summary.bugs.filter(({ without }) => without !== null && without.found > 0);
    expect(causeless.map(({ bug, without }) => `${bug} with ${without?.lacks}`)).toEqual([]);
    expect(summary).toMatchObject({ bugsFound: 25, bugsTried: 25, withoutTrigger: 25, foundWithoutTrigger: 0 });
    expect(summary.undecided).toEqual([]);
    expect(summary.falseAlarms).toBe(0);
    expect(summary.correctOperations).toBeGreaterThan(10_000);
    expect(finished.stdout.trimEnd().split('\n').at(-1)).toMatch(/^Detection score: 100\.00 % \(25 of 25 bugs/);
    expect(finished.exitCode).toBe(0);
  });

  it('agrees with what the clinic logged of every answer', () => {
    const { log } = calibration.summary;
    expect(log).toMatchObject({ missed: 0, invented: 0, miscounted: 0 });
    expect(log?.answers).toBeGreaterThan(10_000);
    expect(log?.foreign).toBeGreaterThan(100);
    expect(calibration.trials.filter((trial) => trial.log === null)).toEqual([]);
  });

  it('has a drill without the trigger that really did something', () => {
    const idle = calibration.trials.filter(({ kind, operations }) => kind === 'no-trigger' && operations < 15);
    expect(idle.map(({ bug, operations }) => [bug, operations])).toEqual([]);
  });

  it.each(Object.entries(expected))('%s: the finding names rule, route, fault and node', (bug, words) => {
    const trial = calibration.trials.find((each) => each.bug === bug && each.kind === 'trigger');
    const finding = findingOf(verdictOf(trial?.run ?? ''), words);
    expect(finding).toBeDefined();
    if (words.fault)
      expect([...(finding?.faultsOpen ?? []), ...(finding?.first.healedBefore ?? [])]).toContain(words.fault);
    if (words.nodes) expect(finding?.nodes).toEqual(words.nodes);
    if (words.reach) expect(finding?.[words.reach]).toBeGreaterThan(0);
    expect(finding?.first.viewer).not.toBe(finding?.first.owner);
  });

  function verdictOf(run: string): Verdict {
    const file = path.join(cli.folder, 'calibration', run, 'verdict.json');
    return verdictSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  }
});

const findingOf = ({ findings }: Verdict, { rules, routes }: Expected): Finding | undefined =>
  findings.find(({ rule, route }) => rules.includes(rule) && routes.includes(route));
