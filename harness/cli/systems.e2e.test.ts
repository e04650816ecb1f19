// A drill that breaks a system of its own, here a real Redis beside the clinic: proved, healed, refused where it is not allowed, and INCONCLUSIVE where
// it can't bite.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createClient } from '@redis/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../mocks/clinic/real/ports.ts';
import { readHistory } from '../history-file.ts';
import { systemUnderTest, untilReached } from '../systems/system-under-test.ts';
import { type RunningClinic, startClinic } from './clinic-process.ts';
import { type CommandLine, commandLine } from './command-line.ts';

const fillEveryMs = 200;

describe('a system of one’s own', () => {
  let cli: CommandLine;
  let clinic: RunningClinic;
  let server: ChildProcess;
  let url = '';
  let config = '';
  beforeAll(async () => {
    cli = commandLine();
    clinic = await startClinic({});
    const port = await freePort();
    url = `redis://127.0.0.1:${port}`;
    server = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', cli.folder], {
      stdio: 'ignore',
    });
    const sessions = { use: 'redis', url, faults: ['redis-flush', 'redis-pause'] };
    await untilReached(systemUnderTest({ sessions }));
    config = path.join(cli.folder, 'own.config.ts');
    const target = { adapter: 'clinic', url: clinic.url, adminUrl: clinic.adminUrl };
    // What is looked at here is the faults; the floors are for a machine that has other things to do.
    const floor = {
      opportunitiesPerWindow: 2,
      opportunitiesPerNode: 5,
      opportunitiesPerVersion: 5,
      opportunitiesPerAction: 2,
    };
    const drill = { target, systems: { sessions }, durationMs: 20_000, sessions: 12, thinkMs: 150, floor };
    writeFileSync(config, `export default ${JSON.stringify(drill)};\n`);
  });
  afterAll(async () => {
    await clinic?.stop();
    server?.kill('SIGKILL');
    if (server) await once(server, 'exit');
    cli?.remove();
  });

  const run = (...flags: string[]) =>
    cli.run(['run', '--config', config, ...flags], { CROSSTALK_CLINIC_ADMIN_SECRET: clinic.secret });

  async function filled<T>(work: () => Promise<T>): Promise<T> {
    const app = createClient({ url });
    app.on('error', () => {});
    await app.connect();
    const filling = setInterval(() => void app.set(`entry ${Date.now()}`, 'x').catch(() => {}), fillEveryMs);
    return work().finally(() => {
      clearInterval(filling);
      app.destroy();
    });
  }

  it('is broken, with proof, and mended', async () => {
    const { exitCode } = await filled(() => run('--fault', 'redis-flush@sessions', '--fault', 'redis-pause@sessions'));
    expect(cli.verdict()).toMatchObject({ reasons: [], verdict: 'PASS' });
    expect(exitCode).toBe(0);
    const { lines } = await readHistory(path.join(cli.latest() ?? '', 'history.ndjson'));
    const told = lines.flatMap((line) => (line.t === 'fault' ? [`${line.kind} ${line.event}`] : []));
    expect(told).toEqual([
      ...['redis-flush@sessions injected', 'redis-flush@sessions proved', 'redis-flush@sessions healed'],
      ...['redis-pause@sessions injected', 'redis-pause@sessions proved', 'redis-pause@sessions healed'],
    ]);
  });

  it('that can’t be harmed makes the run INCONCLUSIVE', async () => {
    const app = createClient({ url });
    await app.connect();
    await app.flushDb();
    app.destroy();
    const { exitCode } = await run('--fault', 'redis-flush@sessions');
    expect(exitCode).toBe(2);
    expect(cli.verdict().reasons.join('\n')).toContain('Redis was emptied but held nothing');
  });

  it.each([
    ['redis-squeeze@sessions', /not allowed: systems\.sessions\.faults lists redis-flush, redis-pause/],
    ['redis-flush@pages', /a system that the drill does not name: its systems are sessions/],
    ['redis-flush', /say to which, as in redis-flush@sessions/],
    ['redis-flsh@sessions', /there is no fault "redis-flsh@sessions"/],
  ])('%s is refused before anything is touched', async (fault, message) => {
    const { exitCode, stderr } = await run('--fault', fault);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(exitCode).toBe(3);
  });

  it('that is elsewhere, or not there, is said before anything is touched', async () => {
    const elsewhere = path.join(cli.folder, 'elsewhere.config.ts');
    const drillWith = (address: string): void => {
      const sessions = { use: 'redis', url: address, faults: ['redis-flush'] };
      const allowHosts = ['127.0.0.1', 'cache.example'];
      const drill = { target: { url: clinic.url, adminUrl: clinic.adminUrl }, allowHosts, systems: { sessions } };
      writeFileSync(elsewhere, `export default ${JSON.stringify(drill)};\n`);
    };
    const refused = async (): Promise<string> => {
      const { exitCode, stderr } = await cli.run(['run', '--config', elsewhere], {
        CROSSTALK_CLINIC_ADMIN_SECRET: clinic.secret,
      });
      expect(exitCode).toBe(3);
      return stderr;
    };
    drillWith('redis://cache.example:6379');
    expect(await refused()).toMatch(/cache\.example is not this machine. Say `--i-own cache\.example`/);
    drillWith(`redis://127.0.0.1:${await freePort()}`);
    expect(await refused()).toMatch(
      /the system sessions \(redis\) can't be broken, for it can't be used: .*ECONNREFUSED/,
    );
  });
});
