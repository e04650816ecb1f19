// One bug, one seed, with its trigger and without: found, then not found, and not tried again.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { calibrationSchema } from '../calibration/calibration.ts';
import { type CommandLine, commandLine } from './command-line.ts';

describe('crosstalk calibrate', () => {
  let cli: CommandLine;
  beforeEach(() => {
    cli = commandLine();
  });
  afterEach(() => cli.remove());

  const read = () =>
    calibrationSchema.parse(
      JSON.parse(readFileSync(path.join(cli.folder, 'runs/calibration/calibration.json'), 'utf8')),
    );

  it('finds a bug by its trigger and not without it, says the score last, and resumes', async () => {
    const args = ['calibrate', '--bug', 'request-collapsing', '--seed', '4'];
    const first = await cli.run(args);
    expect(first.stderr).toMatch(/1\/2 {2}right {2}request-collapsing, seed 4: LEAK/);
    expect(first.exitCode).toBe(0);
    expect(first.stdout.trimEnd().split('\n').at(-1)).toBe(
      'Detection score: 100.00 % (1 of 1 bugs, threshold 100 %); 0 of 1 found without the trigger',
    );
    const calibration = read();
    expect(calibration).toMatchObject({ complete: true, summary: { scorePercent: 100, foundWithoutTrigger: 0 } });
    const [found, quiet] = calibration.trials;
    expect(found).toMatchObject({ kind: 'trigger', verdict: 'LEAK', first: { scenario: 'same-instant' } });
    expect(found?.first?.afterMs).toBeLessThan(15_000);
    expect(found?.first?.afterOperations).toBeLessThanOrEqual(found?.operations ?? 0);
    expect(quiet).toMatchObject({ kind: 'no-trigger', findings: 0, first: null });
    expect(quiet?.operations).toBeGreaterThan(20);
    expect(existsSync(path.join(cli.folder, 'runs/calibration', found?.run ?? '', 'report.html'))).toBe(true);
    expect(readFileSync(path.join(cli.folder, 'runs/calibration/calibration.html'), 'utf8')).toContain('100 %');

    const again = await cli.run([...args, '--resume']);
    expect(again.stderr).toContain('2 of 2 trials are taken over');
    expect(again.exitCode).toBe(0);
    expect(read().trials).toEqual(calibration.trials);
  });

  it('names the bugs there are when asked for one that is not', async () => {
    const { exitCode, stderr } = await cli.run(['calibrate', '--bug', 'no-such-bug']);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('there is no bug "no-such-bug"; there are: cache-key-lacks-owner');
  });
});
