// Drills with people at real browsers: what only eyes can see is found, a deployment that re-encodes is judged by its pixels, and
// eyes that are missing are never a pass.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { calibrationSchema } from '../calibration/calibration.ts';
import { type Verdict, verdictSchema } from '../verdict.ts';
import { type CommandLine, commandLine } from './command-line.ts';

const runMaxMs = 900_000;

let cli: CommandLine;
beforeAll(() => {
  cli = commandLine();
});
afterAll(() => cli.remove());

const verdictIn = (folder: string): Verdict =>
  verdictSchema.parse(JSON.parse(readFileSync(path.join(cli.folder, folder, 'verdict.json'), 'utf8')));

describe('what only eyes can see', () => {
  const bugs = ['player-keeps-source', 'thumbnail-mix'];

  it('is found by them, and not without them', { timeout: runMaxMs }, async () => {
    const named = bugs.flatMap((bug) => ['--bug', bug]);
    const finished = await cli.run([
      'calibrate',
      '--browser',
      '--seed',
      '1',
      '--clean-seeds',
      '0',
      ...named,
      '--out',
      'seen',
    ]);
    const file = path.join(cli.folder, 'seen/calibration.json');
    const { summary, trials } = calibrationSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    const told = trials.map(({ bug, kind, verdict }) => `${bug} ${kind} ${verdict}`);
    expect(told.sort()).toEqual(bugs.flatMap((bug) => [`${bug} no-trigger PASS`, `${bug} trigger LEAK`]));
    expect(summary).toMatchObject({ bugsFound: 2, bugsTried: 2, foundWithoutTrigger: 0 });
    expect(summary.log).toMatchObject({ missed: 0, invented: 0, miscounted: 0 });
    expect(finished.exitCode).toBe(0);

    const found = (bug: string) => trials.find((trial) => trial.bug === bug && trial.kind === 'trigger')?.run ?? '';
    const player = verdictIn(path.join('seen', found('player-keeps-source'))).findings;
    expect(player.map(({ rule, first }) => [rule, first.channel])).toContainEqual(['foreign-recording', 'pixels']);
    const [thumbnail] = verdictIn(path.join('seen', found('thumbnail-mix'))).findings;
    expect(thumbnail).toMatchObject({ rule: 'foreign-listing', viewed: 0, first: { channel: 'pixels' } });
    const run = path.join(cli.folder, 'seen', found('thumbnail-mix'));
    expect(existsSync(path.join(run, thumbnail?.first.evidence ?? 'none'))).toBe(true);
    expect(readFileSync(path.join(run, 'report.html'), 'utf8')).toContain('data:image/png;base64,');
  });
});

it('a clinic that re-encodes its recordings is judged by their pixels', { timeout: runMaxMs }, async () => {
  const { stdout } = await cli.run(
    ['demo', '--transcode', '--browser', '4', '--sessions', '4', '--duration', '30s', '--fault', 'none'].concat([
      '--out',
      'pixels',
    ]),
  );
  const { channels, alarm, findings, reasons, browser, coverage } = verdictIn('pixels/latest');
  expect(channels).toMatchObject([
    { channel: 'list', judged: true },
    { channel: 'bytes', judged: false },
    { channel: 'pixels', judged: true },
  ]);
  expect(alarm.passed).toBe(true);
  expect(findings.filter(({ rule }) => rule !== 'latent' && rule !== 'missing-own')).toEqual([]);
  expect(reasons.filter((reason) => reason.includes('alarm'))).toEqual([]);
  expect(browser).toContain('Chromium');
  const pixels = coverage.rows.find(({ kind, name }) => kind === 'channel' && name === 'pixels');
  expect(pixels?.opportunities).toBeGreaterThan(0);
  expect(stdout).toContain('re-encoded');
});

it('without a browser the drill is inconclusive, and says how to get one', { timeout: runMaxMs }, async () => {
  const args = ['demo', '--browser', '4', '--sessions', '4', '--duration', '5s', '--fault', 'none', '--out', 'blind'];
  const { exitCode } = await cli.run(args, { CROSSTALK_CHROMIUM: '/nowhere/chromium' });
  expect(exitCode).toBe(2);
  const { browser, channels, reasons } = verdictIn('blind/latest');
  expect(browser).toBeNull();
  expect(channels?.at(-1)).toMatchObject({ channel: 'pixels', judged: false });
  expect(reasons.join()).toContain('/nowhere/chromium');
});
