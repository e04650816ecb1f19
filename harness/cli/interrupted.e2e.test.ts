// Whatever ends a run, nothing stays broken: Ctrl-C heals, removes and reports; after kill -9, `crosstalk heal` does.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readHistory } from '../history-file.ts';
import { clinicLevers } from '../targets/clinic-levers.ts';
import { type RunningClinic, startClinic } from './clinic-process.ts';
import { type CommandLine, commandLine, until } from './command-line.ts';

describe('an interrupted run', () => {
  let cli: CommandLine;
  let clinic: RunningClinic;
  beforeEach(async () => {
    cli = commandLine();
    clinic = await startClinic({});
  });
  afterEach(async () => {
    await clinic.stop();
    cli.remove();
  });

  const levers = () => clinicLevers({ adminUrl: clinic.adminUrl, secret: clinic.secret });
  const env = () => ({ CROSSTALK_CLINIC_ADMIN_SECRET: clinic.secret });
  const drill = (fault: string) => {
    const args = ['run', '--url', clinic.url, '--admin-url', clinic.adminUrl, '--fault', fault];
    return cli.start([...args, '--duration', '30s', '--sessions', '16'], env());
  };
  const history = (): string => {
    const file = path.join(cli.latest() ?? '', 'history.ndjson');
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  };
  const isHealthy = async (): Promise<boolean> => {
    const nodes = await levers().nodes();
    return (await levers().cache?.state())?.mode === 'ok' && nodes.every(({ state }) => state === 'serving');
  };

  /** The cache at once; a node that is healed may be called down once more, for being slow. */
  const expectHealthy = async (): Promise<void> => {
    expect((await levers().cache?.state())?.mode).toBe('ok');
    await expect.poll(isHealthy).toBe(true);
  };

  it.each(['cache-down', 'instance-freeze'])(
    'killed with %s open is healed by `crosstalk heal`, and no written line is lost',
    async (fault) => {
      const harness = drill(fault);
      await until(() => history().includes('"event":"proved"'), 120_000);
      // The balancer needs a moment to see that a node no longer answers.
      await until(async () => !(await isHealthy()), 20_000);
      const acknowledged = history();
      harness.kill('SIGKILL');
      await harness.finished;
      expect(history().startsWith(acknowledged)).toBe(true);
      expect((await readHistory(path.join(cli.latest() ?? '', 'history.ndjson'))).lines.length).toBeGreaterThan(20);

      const { exitCode, stdout } = await cli.run(['heal'], env());
      expect(stdout).toMatch(new RegExp(`${fault}: healed`));
      expect(exitCode).toBe(0);
      await expectHealthy();
      expect((await cli.run(['heal'], env())).stdout).toContain('nothing was left open');

      const killed = await cli.run(['report', cli.latest() ?? '']);
      expect(killed.exitCode).toBe(2);
    },
  );

  it('is healed by the next run too', async () => {
    const harness = drill('cache-slow');
    await until(() => history().includes('"event":"proved"'), 120_000);
    harness.kill('SIGKILL');
    await harness.finished;
    const args = ['run', '--url', clinic.url, '--admin-url', clinic.adminUrl, '--fault', 'none'];
    const next = await cli.run([...args, '--duration', '6s', '--sessions', '16'], env());
    expect(next.stderr).toMatch(/left by an earlier run: .*cache-slow: healed/);
    await expectHealthy();
  });

  it('stopped from another terminal is healed, cleaned up and reported', async () => {
    const harness = drill('cache-down');
    await until(() => history().includes('"event":"proved"'), 120_000);
    const stopped = await cli.run(['stop']);
    expect(stopped).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/seed-1: stopped, after \d+\.\d s/) });
    // What is said to have stopped has nothing left to do but its report.
    await expectHealthy();
    expect((await harness.finished).exitCode).toBe(2);
    expect(cli.verdict().reasons.join('\n')).toContain('interrupted by SIGTERM');
    expect((await cli.run(['stop'])).stdout).toMatch(/^no run is going on in /);
  });

  it('stopped by Ctrl-C is healed, cleaned up and reported', async () => {
    const harness = drill('cache-down');
    await until(() => history().includes('"event":"proved"'), 120_000);
    harness.kill('SIGINT');
    const { exitCode, stderr } = await harness.finished;
    expect(exitCode).toBe(2);
    expect(stderr).toContain('stopping: healing faults');
    await expectHealthy();
    expect(cli.verdict().reasons.join('\n')).toContain('interrupted by SIGINT');
    expect(existsSync(path.join(cli.latest() ?? '', 'report.html'))).toBe(true);
    const { lines } = await readHistory(path.join(cli.latest() ?? '', 'history.ndjson'));
    const count = (t: string): number => lines.filter((line) => line.t === t).length;
    expect(count('erased')).toBe(count('enrolled'));
  });
});

describe('a run whose clinic died with it', () => {
  let cli: CommandLine;
  beforeEach(() => {
    cli = commandLine();
  });
  afterEach(() => cli.remove());

  it('has nothing left to heal, and asks for no secret that nobody has', async () => {
    const demo = cli.start(['demo', '--fault', 'cache-down', '--duration', '30s']);
    const history = (): string => path.join(cli.latest() ?? '', 'history.ndjson');
    await until(() => existsSync(history()) && readFileSync(history(), 'utf8').includes('"event":"proved"'), 120_000);
    demo.kill('SIGKILL');
    await demo.finished;

    const { exitCode, stdout, stderr } = await cli.run(['heal']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain('cache-down: gone');
    expect(stdout).toContain('its deployment is gone, and its patients with it');
    expect((await cli.run(['heal'])).stdout).toContain('nothing was left open');
  });
});
