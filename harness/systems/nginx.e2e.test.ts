// What is done to nginx, on a real one with two workers and a cache.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { random } from '../../fixtures/random.ts';
import { freePort } from '../../mocks/clinic/real/ports.ts';
import { faultNamed } from '../faults/index.ts';
import { stopChild } from './child-under-test.ts';
import { systemHosts } from './index.ts';
import { reachWith } from './reach-under-test.ts';
import { bite, healAfterKill, type SystemUnderTest, systemUnderTest, untilReached } from './system-under-test.ts';

const faults = ['nginx-reload', 'nginx-purge'];

describe('nginx', () => {
  let folder = '';
  let server: ChildProcess;
  let origin: Server;
  let under: SystemUnderTest;
  let everyone: SystemUnderTest;
  let port = 0;
  const at = (name: string): string => path.join(folder, name);

  const config = (says: string): string => `daemon off;
${process.getuid?.() === 0 ? 'user root;' : ''}
worker_processes 2;
pid ${at('nginx.pid')};
error_log ${at('errors.log')};
events {}
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((part) => `${part}_temp_path ${at(part)};`).join('\n  ')}
  proxy_cache_path ${at('cache')} levels=1:2 keys_zone=pages:1m;
  server {
    listen 127.0.0.1:${port};
    location /edition { return 200 '${says}'; }
    location / {
      proxy_pass http://127.0.0.1:${(origin.address() as AddressInfo).port};
      proxy_cache pages;
      proxy_cache_valid 200 1h;
      add_header X-Cache $upstream_cache_status;
    }
  }
}
`;
  const get = async (name: string): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}${name}`, { headers: { connection: 'close' } });
  const edition = async (): Promise<string> => (await get('/edition')).text();
  const cacheSays = async (name: string): Promise<string | null> => {
    const answer = await get(name);
    await answer.text();
    return answer.headers.get('x-cache');
  };
  const leftovers = (): string[] => readdirSync(folder).filter((name) => name.includes('crosstalk'));
  const plan = (kind: string, { levers }: SystemUnderTest = under): Promise<unknown> =>
    faultNamed(kind).plan(levers, random('seed', 'fault', 'f1'));

  beforeAll(async () => {
    folder = mkdtempSync(path.join(realpathSync(tmpdir()), 'nginx-'));
    port = await freePort();
    origin = createServer((_, answer) => answer.end('a page')).listen(0, '127.0.0.1');
    await once(origin, 'listening');
    writeFileSync(at('nginx.conf'), config('usual'), { mode: 0o640 });
    writeFileSync(at('next.conf'), config('next'));
    writeFileSync(at('wrong.conf'), config('wrong').replace('server {', 'serve {'));
    server = spawn('nginx', ['-p', folder, '-c', at('nginx.conf')], { stdio: 'ignore' });
    const common = {
      use: 'nginx',
      configFile: at('nginx.conf'),
      pidFile: at('nginx.pid'),
      cacheDir: at('cache'),
      faults,
    };
    const witness = { url: `http://127.0.0.1:${port}/edition`, broken: { body: 'next' } };
    under = systemUnderTest({
      edge: { ...common, brokenFile: at('next.conf'), binary: 'nginx', witness },
      refusing: { ...common, brokenFile: at('wrong.conf') },
      tested: { ...common, brokenFile: at('wrong.conf'), binary: 'nginx' },
      unseen: { ...common, brokenFile: at('next.conf'), witness: { ...witness, broken: { body: 'other' } } },
    });
    await untilReached(under);
    everyone = systemUnderTest({ edge: { use: 'process', port, faults: ['process-freeze'] } });
  });
  beforeEach(async () => {
    expect(await edition()).toBe('usual');
  });
  afterAll(async () => {
    await stopChild(server, 'SIGTERM');
    origin?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('runs with another configuration, and has its own back, the very file', async () => {
    const before = statSync(at('nginx.conf'), { bigint: true });
    const meanwhile = async (): Promise<void> => expect(await edition()).toBe('next');
    expect(await bite(under, 'nginx-reload@edge', { meanwhile })).toEqual({
      bit: true,
      proof: expect.stringMatching(
        /all of its 2 workers were replaced, and the witness shows it \(GET .*status 200\)$/,
      ),
    });
    const { ino, mode, mtimeNs, size } = statSync(at('nginx.conf'), { bigint: true });
    expect({ ino, mode, mtimeNs, size }).toEqual({
      ino: before.ino,
      mode: before.mode,
      mtimeNs: before.mtimeNs,
      size: before.size,
    });
    expect(readFileSync(at('nginx.conf'), 'utf8')).toBe(config('usual'));
    expect(leftovers()).toEqual([]);
  });

  it('is no proof when nginx refuses the configuration, or the witness shows nothing', async () => {
    expect(await bite(under, 'nginx-reload@refusing', { proofMaxMs: 500 })).toMatchObject({
      bit: false,
      proof: expect.stringMatching(/nginx keeps its workers/),
    });
    expect(await bite(under, 'nginx-reload@unseen', { proofMaxMs: 8_000 })).toMatchObject({
      bit: false,
      proof: expect.stringMatching(/but the witness does not show what "broken" describes/),
    });
    expect(readFileSync(at('nginx.conf'), 'utf8')).toBe(config('usual'));
  });

  it('is healed after the harness was killed', async () => {
    await healAfterKill(under, 'nginx-reload@edge', () => expect.poll(edition).toBe('next'));
    expect(readFileSync(at('nginx.conf'), 'utf8')).toBe(config('usual'));
    expect(leftovers()).toEqual([]);
  });

  it.each(['original', 'next', 'all'])(
    'is healed when the harness died before nginx was told, and %s was written',
    async (what) => {
      const memory = (await plan('nginx-reload@edge')) as { aside: { token: string } };
      const kept = at(`.nginx.conf.crosstalk-${memory.aside.token}-${what}`);
      if (what === 'next') writeFileSync(kept, 'half of i');
      else linkSync(at('nginx.conf'), kept.replace(/all$/, 'original'));
      if (what === 'all') {
        writeFileSync(at('.next'), config('next'));
        renameSync(at('.next'), at('nginx.conf'));
      }
      const fault = faultNamed('nginx-reload@edge');
      const healer = systemUnderTest(under.systems);
      await expect
        .poll(async () => {
          await fault.heal(healer.levers, memory);
          return fault.isHealed(healer.levers, memory);
        })
        .toBe(true);
      expect(leftovers()).toEqual([]);
      expect(readFileSync(at('nginx.conf'), 'utf8')).toBe(config('usual'));
    },
  );

  it('leaves a file alone that somebody else has changed', async () => {
    const { levers } = under;
    const fault = faultNamed('nginx-reload@edge');
    const memory = await plan('nginx-reload@edge');
    await fault.inject(levers, memory);
    const broken = readFileSync(at('nginx.conf'), 'utf8');
    writeFileSync(at('nginx.conf'), `${broken}# somebody's\n`);
    await expect(fault.heal(levers, memory)).rejects.toThrow(/changed by somebody else meanwhile .* the original is/);
    writeFileSync(at('nginx.conf'), broken);
    await expect
      .poll(async () => {
        await fault.heal(levers, memory);
        return fault.isHealed(levers, memory);
      })
      .toBe(true);
  });

  it('is stopped by its port, master and workers', async () => {
    expect(await bite(everyone, 'process-freeze@edge')).toEqual({
      bit: true,
      proof: expect.stringMatching(/^process \d+ \(nginx\) and 2 more: the kernel says that 3 of 3 are stopped$/),
    });
    expect(await edition()).toBe('usual');
  });

  it('loses its cache, and nothing else in that folder', async () => {
    for (let page = 0; page < 20; page++) await cacheSays(`/page-${page}`);
    expect(await cacheSays('/page-0')).toBe('HIT');
    writeFileSync(at('cache/notes.txt'), 'not of the cache');
    writeFileSync(at('elsewhere'), 'not of the cache');
    symlinkSync(at('elsewhere'), at(`cache/${'a'.repeat(32)}`));
    mkdirSync(at('outside'), { recursive: true });
    writeFileSync(at(`outside/${'b'.repeat(32)}`), 'not of the cache');
    symlinkSync(at('outside'), at('cache/link'));
    expect(await bite(under, 'nginx-purge@edge')).toEqual({
      bit: true,
      proof: "nginx's cache was emptied; it had held 20 answers",
    });
    expect(await cacheSays('/page-0')).toBe('MISS');
    for (const kept of ['cache/notes.txt', 'elsewhere', `outside/${'b'.repeat(32)}`, `cache/${'a'.repeat(32)}`])
      expect(readFileSync(at(kept), 'utf8')).toBe('not of the cache');
    rmSync(at('cache/link'));
  });

  it('is no proof when nothing was cached', async () => {
    await bite(under, 'nginx-purge@edge', { proofMaxMs: 100 });
    expect(await bite(under, 'nginx-purge@edge', { proofMaxMs: 100 })).toMatchObject({
      bit: false,
      proof: expect.stringMatching(/held nothing/),
    });
  });

  it('needs no healing of a cache after the harness was killed', async () => {
    await cacheSays('/page-0');
    await healAfterKill(under, 'nginx-purge@edge');
    expect(await cacheSays('/page-0')).toBe('MISS');
  });

  it('says what is wrong', async () => {
    await expect(plan('nginx-reload@tested')).rejects.toThrow(
      /would refuse .*wrong.conf, so it can't bite: nginx -t ended/,
    );
    const reach = (change: object): Promise<void> => reachWith(under, 'edge', change);
    await expect(reach({ cacheDir: '/' })).rejects.toThrow(/is not emptied, for it can't be the cache/);
    await expect(reach({ cacheDir: '/var' })).rejects.toThrow(/is not emptied/);
    await expect(reach({ cacheDir: path.dirname(process.cwd()) })).rejects.toThrow(/is not emptied/);
    await expect(reach({ cacheDir: homedir() })).rejects.toThrow(/is not emptied/);
    symlinkSync(at('cache'), at('linked'));
    await expect(reach({ cacheDir: at('linked') })).rejects.toThrow(/is reached by a link, and its real name is/);
    await expect(reach({ cacheDir: at('absent') })).rejects.toThrow(/it is not there/);
    writeFileSync(at('own.pid'), String(process.pid));
    await expect(reach({ pidFile: at('own.pid') })).rejects.toThrow(/no master of nginx/);
    await expect(
      reach({ witness: { url: `http://127.0.0.1:${port}/edition`, broken: { body: 'usual' } } }),
    ).rejects.toThrow(/before anything is broken/);
    const { levers } = systemUnderTest({ same: { ...under.systems.edge, brokenFile: at('nginx.conf') } });
    await expect(faultNamed('nginx-reload@same').plan(levers, random('seed', 'fault', 'f1'))).rejects.toThrow(
      /nothing would change/,
    );
    expect(() => reach({ brokenFile: undefined })).toThrow(/is needed for nginx-reload/);
    expect(() => reach({ cacheDir: undefined })).toThrow(/is needed for nginx-purge/);
    expect(() => reach({ pidFile: 'nginx.pid' })).toThrow(/a path from the root on/);
    expect(systemHosts(under.systems)).toEqual(['127.0.0.1', '127.0.0.1']);
  });
});
