// Varnish's faults on a real varnishd, before a small server of ours.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createSocketServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { random } from '../../fixtures/random.ts';
import { freePort } from '../../mocks/clinic/real/ports.ts';
import { faultNamed } from '../faults/index.ts';
import { mend } from '../faults/mend.ts';
import { connectSystems, systemHosts, systemsSchema } from './index.ts';
import { bite, healAfterKill, type SystemUnderTest, systemUnderTest, untilReached } from './system-under-test.ts';
import { type VarnishPlace, varnishCommand } from './varnish-cli.ts';

const faults = ['varnish-ban', 'varnish-vcl'];

describe('varnish', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'varnish-'));
  const secretFile = path.join(folder, 'secret');
  const vclFile = path.join(folder, 'other.vcl');
  let origin: Server;
  let server: ChildProcess;
  let under: SystemUnderTest;
  let edge = '';
  let place: VarnishPlace;
  let fetchedCount = 0;

  const headers = async (): Promise<Headers> => {
    const answer = await fetch(`${edge}/page`);
    await answer.text();
    return answer.headers;
  };
  const changed = (change: object): SystemUnderTest => systemUnderTest({ edge: { ...under.systems.edge, ...change } });

  beforeAll(async () => {
    // Started by root, it goes on as somebody else.
    chmodSync(folder, 0o755);
    origin = createServer((_, response) => {
      fetchedCount += 1;
      response.setHeader('cache-control', 'public, max-age=600').end('a page');
    }).listen(0, '127.0.0.1');
    await once(origin, 'listening');
    const backend = `vcl 4.1;\nbackend it { .host = "127.0.0.1"; .port = "${(origin.address() as AddressInfo).port}"; }\n`;
    const ownFile = path.join(folder, 'own.vcl');
    writeFileSync(ownFile, backend);
    writeFileSync(vclFile, `${backend}sub vcl_deliver { set resp.http.x-other = "yes"; }\n`);
    writeFileSync(secretFile, 'not-much-of-a-secret\n', { mode: 0o600 });
    const [port, managementPort] = [await freePort(), await freePort()];
    edge = `http://127.0.0.1:${port}`;
    const address = `127.0.0.1:${managementPort}`;
    const args = ['-F', '-n', path.join(folder, 'work'), '-a', `127.0.0.1:${port}`, '-T', address, '-S', secretFile];
    place = { host: '127.0.0.1', port: managementPort, secret: readFileSync(secretFile) };
    server = spawn('varnishd', [...args, '-f', ownFile, '-s', 'malloc,16m'], { stdio: 'ignore' });
    under = systemUnderTest({ edge: { use: 'varnish', address, secretFile, vclFile, faults } });
    await untilReached(under);
  });
  afterAll(async () => {
    server?.kill('SIGTERM');
    if (server && server.exitCode === null) await once(server, 'exit');
    origin?.closeAllConnections();
    origin?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    await headers();
  });

  it('forgets what it kept', async () => {
    const before = fetchedCount;
    await headers();
    expect(fetchedCount).toBe(before);
    expect(await bite(under, 'varnish-ban@edge')).toEqual({
      bit: true,
      proof: expect.stringMatching(/^Varnish lists the ban; it had kept [1-9]\d* objects$/),
    });
    await headers();
    expect(fetchedCount).toBe(before + 1);
  });

  it('shows by a witness that it fetched anew', async () => {
    const witnessed = changed({ witnessUrl: `${edge}/page` });
    expect(await bite(witnessed, 'varnish-ban@edge')).toEqual({
      bit: true,
      proof: `Varnish lists the ban, and fetched ${edge}/page anew`,
    });
  });

  it('is no proof when the ban meets nothing', async () => {
    const elsewhere = changed({ witnessUrl: `${edge}/page`, ban: 'req.url ~ "^/else\\\\." && req.http.host == b' });
    expect(await bite(elsewhere, 'varnish-ban@edge', { proofMaxMs: 300 })).toEqual({
      bit: false,
      proof: `Varnish lists the ban, but keeps ${edge}/page as before`,
    });
  });

  it('works with another configuration, and with its own again', async () => {
    const evidence = await bite(under, 'varnish-vcl@edge', {
      meanwhile: async () => expect((await headers()).get('x-other')).toBe('yes'),
    });
    expect(evidence).toEqual({
      bit: true,
      proof: expect.stringMatching(/^Varnish worked with the configuration crosstalk-/),
    });
    expect((await headers()).get('x-other')).toBeNull();
  });

  it('is no proof when somebody else changes it, and theirs stays', async () => {
    const fault = faultNamed('varnish-vcl@edge');
    const memory = await fault.plan(under.levers, random('seed', 'fault', 'f1'));
    await fault.inject(under.levers, memory);
    await varnishCommand(place, 'vcl.inline theirs "vcl 4.1; backend none none;"', 60_000);
    await varnishCommand(place, 'vcl.use theirs', 20_000);
    try {
      expect(await fault.prove(under.levers, memory)()).toEqual({
        bit: false,
        proof: 'Varnish worked with the configuration theirs',
      });
      await mend(fault, under.levers, memory);
      expect(await varnishCommand(place, 'vcl.list', 20_000)).toMatch(/^active .* theirs$/m);
    } finally {
      await varnishCommand(place, 'vcl.use boot', 20_000);
      await varnishCommand(place, 'vcl.discard theirs', 20_000);
    }
  });

  it('goes on as before when the configuration is wrong', async () => {
    const wrongFile = path.join(folder, 'wrong.vcl');
    writeFileSync(wrongFile, 'vcl 4.1;\nsub nonsense { a-secret }');
    await expect(bite(changed({ vclFile: wrongFile }), 'varnish-vcl@edge')).rejects.toThrow(
      /it says 106: its compiler (?!.*a-secret).*Line 2 Pos/,
    );
    expect((await headers()).get('x-other')).toBeNull();
  });

  it.each(faults)('%s is healed after the harness was killed', async (kind) => {
    await healAfterKill(under, `${kind}@edge`, async () => {
      expect((await headers()).get('x-other')).toBe(kind === 'varnish-vcl' ? 'yes' : null);
    });
    expect((await headers()).get('x-other')).toBeNull();
  });

  it('says what is wrong', async () => {
    const reach = (change: object): Promise<void> | undefined =>
      connectSystems(systemsSchema.parse({ edge: { ...under.systems.edge, ...change } })).edge?.client.reach();
    await expect(reach({ address: `127.0.0.1:${await freePort()}` })).rejects.toThrow(/can't do it.*ECONNREFUSED/);
    await expect(reach({ address: new URL(edge).host })).rejects.toThrow(/did not answer within|no management port/);
    await expect(reach({ secretFile: undefined })).rejects.toThrow(/name the file that varnishd got with -S/);
    await expect(reach({ secretFile: vclFile })).rejects.toThrow(/does not take the secret/);
    await expect(reach({ vclFile: `${vclFile}-not` })).rejects.toThrow(/ENOENT/);
    expect(() => reach({ secretFile: `${secretFile}-not` })).toThrow(/ENOENT/);
    expect(() => reach({ address: '127.0.0.1' })).toThrow(/host and port of varnishd -T/);
    expect(() => reach({ address: '127.0.0.1:99999' })).toThrow(/no host and port/);
    expect(() => reach({ witnessUrl: 'http://a:b@127.0.0.1/' })).toThrow(/must hold no user and password/);
    expect(() => reach({ vclFile: undefined })).toThrow(/varnish-vcl needs the file/);
    expect(() => reach({ ban: 'req.url ~ .\nstop' })).toThrow(/one line/);
    expect(() => reach({ faults: ['varnish-stop'] })).toThrow(/varnish-ban/);
    await expect(
      bite(changed({ witnessUrl: `http://127.0.0.1:${(origin.address() as AddressInfo).port}/` }), 'varnish-ban@edge'),
    ).rejects.toThrow(/does not keep/);
    expect(systemHosts(changed({ witnessUrl: 'https://edge.example/' }).systems)).toEqual([
      '127.0.0.1',
      'edge.example',
    ]);
  });

  it('does not wait for what says nothing, or says it without end', async () => {
    const silent = createSocketServer((socket) => socket.write('107 99999999\n'.padEnd(13))).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const address = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
    await expect(changed({ address }).levers.systems?.edge?.client.reach()).rejects.toThrow(/no management port/);
    silent.close();
  });
});
