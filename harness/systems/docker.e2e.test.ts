// Docker's faults against a stand-in of its Engine API, on a Unix socket: no engine takes part.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DockerEngine, startDockerEngine } from '../../mocks/docker/engine.ts';
import { connectSystems, systemHosts, systemsSchema } from './index.ts';
import { bite, healAfterKill, type SystemUnderTest, systemUnderTest } from './system-under-test.ts';

const faults = ['docker-restart', 'docker-pause', 'docker-kill', 'docker-disconnect'];

describe('docker', () => {
  let folder = '';
  let engine: DockerEngine;
  let under: SystemUnderTest;

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'docker-'));
    const socket = path.join(folder, 'docker.sock');
    engine = await startDockerEngine(socket);
    under = systemUnderTest({
      app: { use: 'docker', socket, container: 'clinic-app-1', network: 'clinic_default', faults },
    });
  });
  afterEach(async () => {
    await engine.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What no fault may leave otherwise than it was. */
  const asItWas = () => {
    const { State, NetworkSettings } = structuredClone(engine.container);
    const { clinic_default: joined } = NetworkSettings.Networks;
    return { ...State, StartedAt: '', joined: joined && { ...joined, EndpointID: '' } };
  };

  it.each([
    ['docker-restart', 'the container ran since '],
    ['docker-pause', 'Docker calls the container paused'],
    ['docker-kill', 'the container did not run any more'],
    ['docker-disconnect', 'the container was in bridge'],
  ])('%s bites, and is healed', async (kind, proof) => {
    const before = asItWas();
    expect(await bite(under, `${kind}@app`)).toEqual({ bit: true, proof: expect.stringContaining(proof) });
    expect(asItWas()).toEqual(before);
  });

  it.each(faults)('%s is healed after the harness was killed', async (kind) => {
    const before = asItWas();
    await healAfterKill(under, `${kind}@app`, async () => {
      if (kind !== 'docker-restart') expect(asItWas()).not.toEqual(before);
    });
    expect(asItWas()).toEqual(before);
  });

  it.each([
    ['docker-restart', 'as before'],
    ['docker-pause', 'Docker calls the container running'],
    ['docker-kill', 'the container ran, since'],
    ['docker-disconnect', 'the container was in clinic_default, bridge'],
  ])('%s is no proof when Docker did nothing', async (kind, proof) => {
    engine.toothless = true;
    expect(await bite(under, `${kind}@app`, { proofMaxMs: 200 })).toEqual({
      bit: false,
      proof: expect.stringContaining(proof),
    });
  });

  it('leaves the container that came in the place of its own alone', async () => {
    const newId = 'a'.repeat(64);
    const evidence = await bite(under, 'docker-kill@app', {
      meanwhile: async () => {
        engine.container.Id = newId;
      },
    });
    expect(evidence).toMatchObject({ bit: true });
    expect(engine.calls.filter((call) => call.includes(newId))).toEqual([]);
    expect(engine.container.State.Running).toBe(false);
  });

  it('kills none that would be gone for good', async () => {
    engine.container.HostConfig.AutoRemove = true;
    await expect(bite(under, 'docker-kill@app')).rejects.toThrow(/made with --rm/);
    expect(engine.calls).toEqual([]);
  });

  it('speaks to an engine over TCP, too', async () => {
    const socket = path.join(folder, 'docker.sock');
    const relay = createServer((from) => void from.pipe(createConnection(socket)).pipe(from)).listen(0, '127.0.0.1');
    await once(relay, 'listening');
    const url = `http://127.0.0.1:${(relay.address() as AddressInfo).port}`;
    const remote = systemUnderTest({ app: { ...under.systems.app, socket: undefined, url } });
    expect(await bite(remote, 'docker-pause@app')).toMatchObject({ bit: true });
    expect(systemHosts(remote.systems)).toEqual(['127.0.0.1']);
    relay.close();
  });

  it('says what is wrong', async () => {
    const reach = (change: object): Promise<void> | undefined =>
      connectSystems(systemsSchema.parse({ app: { ...under.systems.app, ...change } })).app?.client.reach();
    await reach({});
    await expect(reach({ socket: path.join(folder, 'none.sock') })).rejects.toThrow(/can't be used: .*ENOENT/);
    await expect(reach({ container: 'clinic-app' })).rejects.toThrow(/no container "clinic-app"/);
    // The beginning of its id is not its name.
    await expect(reach({ container: engine.container.Id.slice(0, 12) })).rejects.toThrow(/no container/);
    await expect(reach({ network: 'other' })).rejects.toThrow(/no network "other"; it is in clinic_default, bridge/);
    engine.container.State.Running = false;
    await expect(reach({})).rejects.toThrow(/does not run/);
    expect(() => reach({ url: 'http://127.0.0.1:2375' })).toThrow(/either the socket/);
    expect(() => reach({ socket: undefined })).toThrow(/either the socket/);
    expect(() => reach({ network: undefined })).toThrow(/docker-disconnect needs the network/);
    expect(() => reach({ faults: ['docker-rm'] })).toThrow(/docker-kill/);
    const remote = { ...under.systems.app, socket: undefined, url: 'https://build.example:2376' };
    expect(systemHosts(systemsSchema.parse({ app: remote }))).toEqual(['build.example']);
    expect(systemHosts(under.systems)).toEqual([]);
  });
});
