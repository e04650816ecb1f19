// What is done to processes, on real ones: a server that a command starts again, and one that a supervisor does.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { random } from '../../fixtures/random.ts';
import { freePort } from '../../mocks/clinic/real/ports.ts';
import { faultNamed } from '../faults/index.ts';
import { stopChild } from './child-under-test.ts';
import { listenersAt, seeProcess } from './linux-processes.ts';
import { reachWith } from './reach-under-test.ts';
import { bite, healAfterKill, type SystemUnderTest, systemUnderTest, untilReached } from './system-under-test.ts';

const faults = ['process-freeze', 'process-kill', 'process-restart'];

const serverMaxMs = 300_000;

describe('process', () => {
  let folder = '';
  let under: SystemUnderTest;
  let supervisor: ChildProcess;
  let port = 0;
  const pidFile = (): string => path.join(folder, 'server.pid');
  const pidNow = (): number => Number(readFileSync(pidFile(), 'utf8'));
  const listenerNow = (): number => listenersAt(port).found[0]?.pid ?? 0;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'process-'));
    port = await freePort();
    const server = path.join(folder, 'server.cjs');
    // It ends at the latest when its folder is gone, or its time is over.
    writeFileSync(
      server,
      `const [pidFile, port, stubborn, host = '127.0.0.1'] = process.argv.slice(2);
       require('node:http').createServer((_, answer) => answer.end('well')).listen(Number(port), host, () => {
         if (pidFile !== '-') require('node:fs').writeFileSync(pidFile, String(process.pid));
       });
       if (stubborn) process.on('SIGTERM', () => {});
       setInterval(() => { if (!require('node:fs').existsSync(__filename)) process.exit(); }, 200);
       setTimeout(() => process.exit(), ${serverMaxMs});`,
    );
    const run = [process.execPath, server];
    const looped = `while [ -e '${server}' ]; do '${run.join("' '")}' - ${port}; done`;
    supervisor = spawn('sh', ['-c', looped], { stdio: 'ignore' });
    const started = (file: string, ...more: string[]) => [...run, path.join(folder, file), '0', ...more];
    under = systemUnderTest({
      app: { use: 'process', pidFile: pidFile(), restart: started('server.pid'), faults },
      supervised: { use: 'process', port, faults },
      stubborn: { use: 'process', pidFile: path.join(folder, 'stubborn.pid'), faults: ['process-restart'] },
    });
    for (const words of [started('server.pid'), started('stubborn.pid', 'stubborn')])
      spawn(words[0] ?? '', words.slice(1), { stdio: 'ignore' });
    await untilReached(under);
  });
  afterAll(async () => {
    // Each of them ends when its file is gone.
    const servers = [pidNow(), listenerNow()];
    rmSync(folder, { recursive: true, force: true });
    if (supervisor) await once(supervisor, 'exit');
    await vi.waitFor(() => expect(servers.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]), 30_000);
  });

  it('is stopped, and goes on', async () => {
    const pid = pidNow();
    expect(await bite(under, 'process-freeze@app')).toEqual({
      bit: true,
      proof: `process ${pid} (node): the kernel says that 1 of 1 are stopped`,
    });
    expect(pidNow()).toBe(pid);
    expect(seeProcess(pid)?.state).toBe('alive');
  });

  it('is killed, and started again by its command once', async () => {
    const pid = pidNow();
    expect(await bite(under, 'process-kill@app')).toMatchObject({ bit: true, proof: expect.stringMatching(/is gone/) });
    expect(pidNow()).not.toBe(pid);
    await under.levers.systems?.app?.client.reach();
  });

  it.each(['process-kill', 'process-restart'])('comes back by its supervisor after %s', async (kind) => {
    const pid = listenerNow();
    expect(await bite(under, `${kind}@supervised`)).toMatchObject({ bit: true });
    expect(listenerNow()).not.toBe(pid);
  });

  it('is no proof when it does not end', async () => {
    expect(await bite(under, 'process-restart@stubborn', { proofMaxMs: 500 })).toMatchObject({
      bit: false,
      proof: expect.stringMatching(/of stubborn.pid|of .*stubborn.pid: 1 of them live on/),
    });
  });

  it('says what is missing when nobody starts it again', async () => {
    const { levers } = under;
    const fault = faultNamed('process-kill@stubborn');
    const memory = await fault.plan(levers, random('seed', 'fault', 'f1'));
    await fault.inject(levers, memory);
    await expect.poll(() => fault.prove(levers, memory)()).toMatchObject({ bit: true });
    await fault.heal(levers, memory);
    await expect(fault.isHealed(levers, memory)).rejects.toThrow(/there is no process of .*stubborn.pid yet: start it/);
    // Its number is another's now.
    writeFileSync(path.join(folder, 'stubborn.pid'), String(supervisor.pid));
    await expect(fault.isHealed(levers, memory)).rejects.toThrow(/is sh, and node before/);
  });

  it.each(faults)('%s is healed after the harness was killed', async (kind) => {
    const pid = pidNow();
    await healAfterKill(under, `${kind}@app`, async () => {
      await expect.poll(() => seeProcess(pid)?.state ?? 'dead').not.toBe('alive');
    });
    await under.levers.systems?.app?.client.reach();
  });

  it('signals nobody who took the number later', async () => {
    const { levers } = under;
    const fault = faultNamed('process-freeze@app');
    const { processes } = (await fault.plan(levers, random('seed', 'fault', 'f1'))) as { processes: object[] };
    const later = { processes: [{ ...processes[0], started: 'another boot/1' }] };
    await expect(fault.inject(levers, later)).rejects.toThrow(/was gone before it could be told/);
    expect(seeProcess(pidNow())?.state).toBe('alive');
  });

  it('refuses a port at which servers listen that have nothing to do with each other', async () => {
    const server = path.join(folder, 'server.cjs');
    const other = spawn(process.execPath, [server, '-', String(port), '', '127.0.0.2'], { stdio: 'ignore' });
    await expect
      .poll(() => reachWith(under, 'supervised', {}).catch(({ message }: Error) => message))
      .toMatch(/^several servers listen at port \d+, \d+ \(node\), \d+ \(node\): name the pidFile/);
    await stopChild(other, 'SIGTERM');
    await reachWith(under, 'supervised', {});
  });

  it('says what is wrong', async () => {
    const reach = (change: object): Promise<void> => reachWith(under, 'app', change);
    const own = path.join(folder, 'own.pid');
    for (const pid of [1, process.pid, process.ppid]) {
      writeFileSync(own, `${pid}\n`);
      await expect(reach({ pidFile: own })).rejects.toThrow(/what the harness runs in: it is not broken/);
    }
    writeFileSync(own, 'nobody');
    await expect(reach({ pidFile: own })).rejects.toThrow(/there is no process of .*own.pid: start it/);
    await expect(reach({ pidFile: undefined, port: await freePort() })).rejects.toThrow(/no process at port/);
    expect(() => reach({ port })).toThrow(/either a pidFile or the port .* not both/);
    expect(() => reach({ restart: 'systemctl start app' })).toThrow(/a command as a list of words/);
    expect(() => reach({ faults: ['process-freez'] })).toThrow(/process-freeze/);
  });
});
