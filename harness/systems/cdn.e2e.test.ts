// A purge at a real cache (Varnish) that stands in for an edge, and the calls of the presets as a server sees them.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { random } from '../../fixtures/random.ts';
import { freePort } from '../../mocks/clinic/real/ports.ts';
import type { Evidence } from '../faults/fault.ts';
import { faultNamed } from '../faults/index.ts';
import { stopChild } from './child-under-test.ts';
import { systemHosts } from './index.ts';
import { reachWith } from './reach-under-test.ts';
import { bite, healAfterKill, type SystemUnderTest, systemUnderTest, untilReached } from './system-under-test.ts';

const secret = 'not-much-of-a-secret';
const purgeCountMax = 3;
const tokenEnv = 'CDN_UNDER_TEST_TOKEN';

const vcl = (originPort: number): string => `vcl 4.1;
backend default { .host = "127.0.0.1"; .port = "${originPort}"; }
sub vcl_recv {
  if (req.method == "PURGE") {
    if (req.http.authorization != "${secret}") { return (synth(403)); }
    if (req.url != "/nothing") { ban("req.url ~ ."); }
    return (synth(200));
  }
}
sub vcl_deliver {
  if (req.url == "/ageless") { unset resp.http.age; }
  if (req.url != "/plain") { if (obj.hits > 0) { set resp.http.x-cache = "HIT"; } else { set resp.http.x-cache = "MISS"; } }
}
`;

interface Asked {
  readonly line: string;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, unknown>>;
}

describe('cdn', () => {
  let folder = '';
  let varnish: ChildProcess;
  let origin: Server;
  let api: Server;
  let edge = '';
  let apiUrl = '';
  let under: SystemUnderTest;
  let asked: Asked[] = [];
  let success = true;

  const open = async (server: Server): Promise<number> => {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return (server.address() as AddressInfo).port;
  };

  beforeAll(async () => {
    process.env[tokenEnv] = secret;
    folder = mkdtempSync(path.join(tmpdir(), 'cdn-'));
    // Varnish reads it as a user of its own.
    chmodSync(folder, 0o755);
    origin = createServer(({ url }, answer) => {
      if (url === '/absent') return answer.writeHead(404).end();
      const lifetime = url === '/short' ? 3 : 600;
      answer
        .setHeader('cache-control', url === '/own' ? 'private, no-store' : `public, max-age=${lifetime}`)
        .end('page');
    });
    writeFileSync(path.join(folder, 'edge.vcl'), vcl(await open(origin)));
    const port = await freePort();
    const args = [
      '-F',
      '-n',
      path.join(folder, 'work'),
      '-a',
      `127.0.0.1:${port}`,
      '-f',
      path.join(folder, 'edge.vcl'),
    ];
    varnish = spawn('varnishd', [...args, '-s', 'malloc,32m'], { stdio: 'ignore' });
    edge = `http://127.0.0.1:${port}`;
    api = createServer(async (request, answer) => {
      let body = '';
      for await (const part of request) body += part;
      const { method, url, headers } = request;
      asked.push({ line: `${method} ${url}`, body: body === '' ? null : JSON.parse(body), headers });
      answer.end(JSON.stringify({ success, status: 'ok' }));
    });
    apiUrl = `http://127.0.0.1:${await open(api)}`;
    const system = (page: string, purged = '/') => ({
      use: 'cdn',
      purge: { method: 'PURGE', url: `${edge}${purged}`, authorizationEnv: tokenEnv },
      witness: { url: `${edge}${page}` },
      faults: ['cdn-purge'],
    });
    under = systemUnderTest({
      edge: system('/page'),
      plain: system('/plain'),
      ageless: system('/ageless'),
      idle: system('/page', '/nothing'),
      short: system('/short', '/nothing'),
      own: system('/own'),
    });
    await untilReached(under);
  });
  afterAll(async () => {
    await stopChild(varnish, 'SIGTERM');
    for (const server of [origin, api]) server?.close();
    rmSync(folder, { recursive: true, force: true });
    delete process.env[tokenEnv];
  });

  it.each(['edge', 'ageless'])('is purged, as the witness shows at %s', async (name) => {
    expect(await bite(under, `cdn-purge@${name}`)).toEqual({
      bit: true,
      proof: expect.stringMatching(
        /did not come out of the cache any more .*\(x-cache: HIT before, x-cache: MISS now\)$/,
      ),
    });
  });

  it('is purged, though others fill it again at once', async () => {
    const { levers } = under;
    const fault = faultNamed('cdn-purge@plain');
    const memory = await fault.plan(levers, random('seed', 'fault', 'f1'));
    const look = fault.prove(levers, memory);
    let evidence: Evidence;
    let purgeCount = 0;
    // Where the machine halts meanwhile, it is soon as old as it was before: purged again then.
    do {
      purgeCount++;
      await fault.inject(levers, memory);
      for (let read = 0; read < 3; read++) await (await fetch(`${edge}/plain`)).text();
      await new Promise((resolve) => setTimeout(resolve, 1_100));
      evidence = await look();
    } while (!evidence.bit && purgeCount < purgeCountMax);
    expect(evidence).toMatchObject({ bit: true, proof: expect.stringMatching(/was only 1 s old after the purge/) });
  });

  it.concurrent.each([
    ['idle', 300, /still comes out of the cache as it was before/],
    ['short', 2_000, /still comes out of the cache|had expired by itself/],
    ['own', 100, /did not stay in the cache for 2 s before the purge/],
  ])('is no proof at %s', async (name, proofMaxMs, proof) => {
    expect(await bite(under, `cdn-purge@${name}`, { proofMaxMs })).toEqual({
      bit: false,
      proof: expect.stringMatching(proof),
    });
  });

  it('needs no healing after the harness was killed', () => healAfterKill(under, 'cdn-purge@edge'));

  const preset = (purge: object): SystemUnderTest =>
    systemUnderTest({
      edge: {
        use: 'cdn',
        purge: { tokenEnv, apiUrl, ...purge },
        witness: { url: `${edge}/page` },
        faults: ['cdn-purge'],
      },
    });
  const purge = async ({ levers }: SystemUnderTest): Promise<Asked | undefined> => {
    asked = [];
    const memory = { cached: true, ageS: 2, status: 200, told: '', expiresAtMs: null };
    await faultNamed('cdn-purge@edge').inject(levers, memory);
    return asked[0];
  };

  it.each<[string, object, string, unknown]>([
    ['cloudflare', { zone: 'z1' }, 'POST /zones/z1/purge_cache', { purge_everything: true }],
    [
      'cloudflare',
      { zone: 'z1', files: ['https://edge.example/page'] },
      'POST /zones/z1/purge_cache',
      { files: ['https://edge.example/page'] },
    ],
    ['fastly', { service: 's1' }, 'POST /service/s1/purge_all', null],
    ['fastly', { service: 's1', surrogateKey: 'a/b' }, 'POST /service/s1/purge/a%2Fb', null],
  ])('calls %s with %o as documented', async (name, fields, line, body) => {
    const call = await purge(preset({ preset: name, ...fields }));
    expect(call).toMatchObject({ line, body });
    expect(call?.headers).toMatchObject(
      name === 'fastly'
        ? { 'fastly-key': secret, accept: 'application/json' }
        : { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    );
  });

  it('takes no answer for a purge that says it failed', async () => {
    success = false;
    await expect(purge(preset({ preset: 'cloudflare', zone: 'z1' }))).rejects.toThrow(
      /purge_cache was answered without success$/,
    );
    success = true;
  });

  it('says what is wrong', async () => {
    const reach = (change: object): Promise<void> => reachWith(under, 'edge', change);
    await expect(reach({ witness: { url: `${edge}/absent` } })).rejects.toThrow(/answered with 404: name an address/);
    await expect(reach({ witness: { url: `http://127.0.0.1:${await freePort()}` } })).rejects.toThrow(/ECONNREFUSED/);
    expect(() => reach({ purge: { preset: 'fastly', service: 's1' } })).toThrow(/tokenEnv/);
    expect(() => reach({ purge: { preset: 'fastly', service: '../x', tokenEnv } })).toThrow(/an id of letters/);
    expect(() => reach({ purge: { preset: 'cloudflare', zone: 'z', tokenEnv, apiUrl: 'http://x.example' } })).toThrow(
      /must be https/,
    );
    expect(() => reach({ purge: { preset: 'cloudflare', zone: 'z', tokenEnv: 'NOT_SET_ANYWHERE' } })).toThrow(
      /which is not set/,
    );
    expect(() => reach({ purge: { preset: 'fastli', service: 's1', tokenEnv } })).toThrow(/cloudflare.*fastly/s);
    expect(() => reach({ purge: { preset: 'fastly', zone: 's1', tokenEnv } })).toThrow(/zone/);
    expect(() => reach({ purge: { methd: 'PURGE', url: edge } })).toThrow(/methd/);
    expect(() => reach({ purge: { url: edge, headers: { 'api-key': 'x' } } })).toThrow(/headersEnv/);
    const { systems } = systemUnderTest({
      edge: { ...under.systems.edge, purge: { preset: 'cloudflare', zone: 'z1', tokenEnv } },
      other: { ...under.systems.edge, purge: { preset: 'fastly', service: 's1', tokenEnv } },
    });
    expect(systemHosts(systems)).toEqual(['api.cloudflare.com', '127.0.0.1', 'api.fastly.com', '127.0.0.1']);
  });
});
