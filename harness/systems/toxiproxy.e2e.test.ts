// Our toxics on a real Toxiproxy, in front of a server that answers what it is sent.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { freePort } from '../../mocks/clinic/real/ports.ts';
import { thisMachine } from '../../mocks/clinic/real/tools.ts';
import { findToxiproxy } from '../../mocks/clinic/real/toxiproxy-binary.ts';
import { stopChild } from './child-under-test.ts';
import { observeConnection } from './connection.ts';
import { systemHosts } from './index.ts';
import { reachWith } from './reach-under-test.ts';
import { bite, healAfterKill, type SystemUnderTest, systemUnderTest } from './system-under-test.ts';

const faults = ['toxiproxy-latency', 'toxiproxy-reset', 'toxiproxy-down', 'toxiproxy-half-open'];
const foreign = {
  name: 'somebodys',
  type: 'latency',
  stream: 'upstream',
  toxicity: 1,
  attributes: { latency: 5, jitter: 0 },
};

describe('toxiproxy', () => {
  let toxiproxy: ChildProcess;
  let server: Server;
  let under: SystemUnderTest;
  let url = '';
  let listenPort = 0;

  const call = async (method: string, path: string, body?: object) => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { 'user-agent': 'test' },
      ...(body && { body: JSON.stringify(body) }),
    });
    return answer.json();
  };
  const seen = async (seenMaxMs = 10_000): Promise<string> =>
    (await observeConnection('127.0.0.1', listenPort, 'PING', seenMaxMs)).what;
  const state = () => call('GET', '/proxies/store');

  beforeAll(async () => {
    server = createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', () => socket.write('well'));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const port = await freePort();
    listenPort = await freePort();
    url = `http://127.0.0.1:${port}`;
    const { path } = await findToxiproxy(thisMachine());
    toxiproxy = spawn(path, ['-host', '127.0.0.1', '-port', String(port)], { stdio: 'ignore' });
    const upstream = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const made = { name: 'store', listen: `127.0.0.1:${listenPort}`, upstream, enabled: true };
    await vi.waitFor(() => call('POST', '/proxies', made), { timeout: 10_000 });
    await call('POST', '/proxies/store/toxics', foreign);
    under = systemUnderTest({ store: { use: 'toxiproxy', url, proxy: 'store', faults } });
  });
  beforeEach(async () => {
    expect(await seen()).toBe('answered');
  });
  afterAll(async () => {
    await stopChild(toxiproxy, 'SIGTERM');
    server?.close();
  });

  const whole = async (): Promise<void> => {
    expect(await state()).toMatchObject({ enabled: true, toxics: [foreign] });
    expect(await seen()).toBe('answered');
  };

  it.each([
    ['toxiproxy-latency', /was answered after \d{3,4} ms, and answered after \d+ ms before/, 'answered'],
    ['toxiproxy-reset', /was reset after/, 'reset'],
    ['toxiproxy-down', /was refused after/, 'refused'],
    ['toxiproxy-half-open', /was silent after \d{4} ms/, 'silent'],
  ])('%s is seen through the proxy, and gone after', async (kind, proof, what) => {
    const meanwhile = async (): Promise<void> => expect(await seen(what === 'silent' ? 1_000 : undefined)).toBe(what);
    expect(await bite(under, `${kind}@store`, { meanwhile })).toEqual({
      bit: true,
      proof: expect.stringMatching(proof),
    });
    await whole();
  });

  it('is no proof when the connection does not pass the proxy', async () => {
    const around = systemUnderTest({
      store: { ...under.systems.store, address: `127.0.0.1:${(server.address() as AddressInfo).port}` },
    });
    for (const kind of faults)
      expect(await bite(around, `${kind}@store`, { proofMaxMs: 200 })).toEqual({
        bit: false,
        proof: expect.stringMatching(/was answered after \d+ ms/),
      });
    await whole();
  });

  it.each(faults)('%s is healed after the harness was killed', async (kind) => {
    await healAfterKill(under, `${kind}@store`, async () => {
      const { enabled, toxics } = await state();
      expect(!enabled || toxics.length > 1).toBe(true);
    });
    await whole();
  });

  it('says what is wrong', async () => {
    const reach = (change: object): Promise<void> => reachWith(under, 'store', change);
    await expect(reach({ url: `http://127.0.0.1:${await freePort()}` })).rejects.toThrow(/ECONNREFUSED/);
    await expect(reach({ proxy: 'stor' })).rejects.toThrow(/has no proxy called stor: correct its name/);
    await expect(reach({ address: `127.0.0.1:${await freePort()}` })).rejects.toThrow(
      /was refused when "PING\\r\\n" was sent/,
    );
    await call('POST', '/proxies/store/toxics', { ...foreign, name: 'crosstalk-latency' });
    await expect(reach({})).rejects.toThrow(/still has the toxic crosstalk-latency: run `crosstalk heal`/);
    await fetch(`${url}/proxies/store/toxics/crosstalk-latency`, {
      method: 'DELETE',
      headers: { 'user-agent': 'test' },
    });
    await call('POST', '/proxies/store', { enabled: false });
    await expect(reach({})).rejects.toThrow(/is switched off already/);
    await call('POST', '/proxies/store', { enabled: true });
    expect(() => reach({ address: 'nowhere' })).toThrow(/host:port/);
    expect(() => reach({ latencyMs: 1 })).toThrow(/latencyMs/);
    expect(() => reach({ faults: ['toxiproxy-slow'] })).toThrow(/toxiproxy-latency/);
    const { systems } = systemUnderTest({ store: { ...under.systems.store, address: 'proxy.example:6379' } });
    expect(systemHosts(systems)).toEqual(['127.0.0.1', 'proxy.example']);
  });
});
