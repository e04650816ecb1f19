// A leak is cut down to a few lines, its program leaks by itself, and after a fix it is confirmed to be gone: on one bug, start to end.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startClinic } from './clinic-process.ts';
import { type CommandLine, commandLine, type Finished } from './command-line.ts';

const drill = [
  '--sessions',
  '8',
  '--duration',
  '10s',
  '--fault',
  'none',
  '--scenario',
  'first-visit',
  '--stop-on-leak',
];

/** A drill and a shrinking, on a machine that has much else to do. */
const startMaxMs = 900_000;

describe('crosstalk shrink and confirm', () => {
  let cli: CommandLine;
  let run: string;
  let shrunk: Finished;
  beforeAll(async () => {
    cli = commandLine();
    await cli.run(['demo', '--bug', 'fail-open-filter', ...drill]);
    run = cli.latest() ?? '';
    shrunk = await cli.run(['shrink', '--budget', '240s']);
  }, startMaxMs);
  afterAll(() => cli.remove());

  it('ends with a plan that leaks most of the time, and a sentence', () => {
    expect(shrunk.exitCode, shrunk.stderr).toBe(1);
    const { size, rate, wanted, sentence } = JSON.parse(readFileSync(path.join(run, 'repro/plan.json'), 'utf8'));
    expect(wanted.rule).toBe('foreign-listing');
    // How far it comes is the machine's affair; that it ends small, `harness/reproduction/shrink.test.ts` holds.
    expect(size.sessions).toBeGreaterThan(0);
    expect(size.sessions).toBeLessThanOrEqual(8);
    expect(rate.hits).toBeGreaterThanOrEqual(rate.trials / 2);
    expect(shrunk.stdout).toContain(sentence);
    // Nothing of the trials is left but their log.
    expect(readdirSync(path.join(cli.folder, 'runs')).filter((name) => name.includes('trial'))).toEqual([]);
  });

  it('hands out a program that leaks alone, and does not with the bug off', { timeout: startMaxMs }, async () => {
    const program = path.join(run, 'repro/repro.ts');
    expect(existsSync(program)).toBe(true);
    expect(readFileSync(path.join(run, 'repro/README.md'), 'utf8')).toContain('run alone, and leaked');
    const ranWith = async (
      bug: readonly string[],
    ): Promise<{ readonly status: number | null; readonly said: string }> => {
      const clinic = await startClinic({ bug });
      const env = {
        ...process.env,
        URL: clinic.url,
        ADMIN_URL: clinic.adminUrl,
        CROSSTALK_CLINIC_ADMIN_SECRET: clinic.secret,
      };
      const { status, stdout } = spawnSync(process.execPath, ['--import', import.meta.resolve('tsx'), program], {
        env,
      });
      await clinic.stop();
      return { status, said: String(stdout) };
    };
    expect(await ranWith(['fail-open-filter'])).toEqual({ status: 1, said: expect.stringContaining('IT LEAKED') });
    expect(await ranWith([])).toEqual({ status: 0, said: expect.stringContaining('it did not leak') });
  });

  it('confirms: not fixed with the bug, fixed without it, not yet known when starved', {
    timeout: startMaxMs,
  }, async () => {
    const withBug = await cli.run(['confirm']);
    expect(withBug.stdout).toContain('not fixed: it leaked again');
    expect(withBug.exitCode).toBe(1);
    const mended = await cli.run(['confirm', '--no-bug']);
    expect(mended.stdout).toContain('fixed: ');
    expect(mended.exitCode).toBe(0);
    const starved = await cli.run(['confirm', '--no-bug', '--trials', '1']);
    expect(starved.stdout).toContain('not yet known: 1 clean trials of the');
    expect(starved.exitCode).toBe(2);
  });

  it('refuses what has nothing to reproduce, in words', async () => {
    const unknown = await cli.run(['confirm', '.']);
    expect(unknown.exitCode).toBe(3);
    expect(unknown.stderr).toContain('run `crosstalk shrink` or `crosstalk replay` on it first');
    const noRun = await cli.run(['shrink', '.']);
    expect(noRun.exitCode).toBe(3);
    expect(noRun.stderr).toContain('is not the folder of a finished run');
  });
});
