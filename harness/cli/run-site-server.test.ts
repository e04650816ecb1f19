// The site of runs as a browser, and as somebody who wants more than it shows, would ask it.
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportOf, sampleLeak, samplePass } from '../../reports/sample.ts';
import { type RunSiteServer, serveRuns } from './run-site-server.ts';
import { writeReports } from './write-reports.ts';

interface Got {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

/** The path goes out letter by letter, as `fetch` would not send it. */
function get(
  site: RunSiteServer,
  target: string,
  { method = 'GET', host }: { method?: string; host?: string } = {},
): Promise<Got> {
  const { hostname, port, host: own } = new URL(site.url);
  return new Promise((resolve, reject) => {
    const asked = request({ hostname, port, path: target, method, headers: { host: host ?? own } }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    asked.on('error', reject).end();
  });
}

describe('crosstalk report --serve', () => {
  let outside: string;
  let runs: string;
  let site: RunSiteServer;
  const names = {
    pass: '20261126-100000-000-seed-1',
    leak: '20261126-110000-000-seed-1',
    torn: '20261126-120000-000-seed-1',
  };

  beforeAll(async () => {
    outside = mkdtempSync(path.join(tmpdir(), 'crosstalk-site-'));
    runs = path.join(outside, 'runs');
    for (const name of Object.values(names)) mkdirSync(path.join(runs, name), { recursive: true });
    const { verdict } = sampleLeak();
    writeReports({ path: path.join(runs, names.pass) }, samplePass());
    const later = reportOf({
      ...verdict,
      startedAt: verdict.startedAt + 3_600_000,
      endedAt: verdict.endedAt + 3_600_000,
    });
    writeReports({ path: path.join(runs, names.leak) }, later);
    writeFileSync(path.join(runs, names.torn, 'verdict.json'), '{"version":1,');
    writeFileSync(path.join(runs, names.leak, 'people.ndjson'), 'passwords');
    writeFileSync(path.join(outside, 'secret.html'), 'outside');
    symlinkSync(outside, path.join(runs, 'linked-folder'), 'dir');
    symlinkSync(path.join(outside, 'secret.html'), path.join(runs, names.torn, 'report.html'));
    mkdirSync(path.join(runs, 'unfinished'));
    writeFileSync(path.join(runs, 'unfinished', 'drill.json'), '{}');
    mkdirSync(path.join(runs, 'no-run-at-all'));
    symlinkSync(names.leak, path.join(runs, 'latest'), 'dir');
    site = await serveRuns(runs, 0);
  });
  afterAll(async () => {
    await site.close();
    rmSync(outside, { recursive: true, force: true });
  });

  it('lists the runs newest first, with the damaged and the unfinished one, and none twice', async () => {
    const { status, body, headers } = await get(site, '/');
    expect(status).toBe(200);
    const listed = [...body.matchAll(/<h3>.*?<\/h3>/g)].map(([head]) =>
      head
        .replace(/<[^>]*>/g, ' ')
        .replace(/\s+/g, ' ')
        .trim(),
    );
    expect(listed).toEqual([
      'unfinished no verdict',
      `${names.torn} damaged`,
      '2026-11-22 19:53:02 UTC LEAK',
      '2026-11-22 18:53:02 UTC PASS',
    ]);
    expect(body).toContain('verdict.json is no JSON');
    expect(body).toMatch(/<h1><span class="word">LEAK<\/span>/);
    expect(body).not.toMatch(/no-run-at-all|linked-folder|people\.ndjson|secret/);
    const policy = String(headers['content-security-policy']);
    expect(policy).toMatch(/^default-src 'none'; .*frame-ancestors 'none'; style-src 'sha256-\S+' 'sha256-\S+'$/);
  });

  it('sends what the page lists, as what it is, and lets nothing in it run', async () => {
    const { body } = await get(site, '/');
    const links = [...body.matchAll(/href="([^"]+)"/g)].map(([, to = '']) => to);
    expect(new Set(links).size).toBeGreaterThan(15);
    for (const link of new Set(links)) {
      const { status, headers, body: file } = await get(site, link);
      expect([link, status]).toEqual([link, 200]);
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['content-security-policy']).toMatch(/^default-src 'none'; .*sandbox/);
      expect(headers['content-type']).toMatch(
        link.endsWith('.html') ? /^text\/html/ : /^(?:text\/plain|application\/json)/,
      );
      expect(file).toBe(readFileSync(path.join(runs, link), 'utf8'));
    }
    const head = await get(site, `/${names.pass}/report.html`, { method: 'HEAD' });
    expect([head.status, head.body]).toEqual([200, '']);
    expect(head.headers['content-length']).toBe(String(statSync(path.join(runs, names.pass, 'report.html')).size));
  });

  it.each([
    '/../secret.html',
    '/..%2fsecret.html',
    '/%2e%2e/secret.html',
    `/${names.leak}/..%2f..%2fsecret.html`,
    `/${names.leak}/../../secret.html`,
    `/${names.leak}/%2e%2e%2f%2e%2e%2fsecret.html`,
    '/linked-folder/secret.html',
    `/${names.torn}/report.html`,
    `/${names.leak}/people.ndjson`,
    `/${names.leak}/report.html%00.txt`,
    `/${names.leak}/`,
    `/${names.leak}/report.html?x`,
    '/latest/report.html',
    '/calibration/calibration.html',
    '/__proto__/report.html',
    '/%ff/%fe',
    '//etc/passwd',
    `/${'a'.repeat(5_000)}/x`,
  ])('has no page %s', async (target) => {
    const { status, body } = await get(site, target);
    expect(status).toBe(404);
    expect(body).not.toMatch(/outside|passwords/);
  });

  it('is read only, and answers to its own name alone', async () => {
    expect((await get(site, '/', { method: 'POST' })).status).toBe(405);
    expect((await get(site, '/', { host: 'evil.example' })).status).toBe(421);
    expect((await get(site, '/', { host: new URL(site.url).host.replace('127.0.0.1', 'localhost') })).status).toBe(200);
    expect(new URL(site.url).hostname).toBe('127.0.0.1');
  });

  it('shows a file that became a link no more', async () => {
    const folder = path.join(runs, '20261126-090000-000-seed-1');
    cpSync(path.join(runs, names.pass), folder, { recursive: true });
    const target = `/${path.basename(folder)}/junit.xml`;
    expect((await get(site, target)).status).toBe(200);
    rmSync(path.join(folder, 'junit.xml'));
    symlinkSync(path.join(outside, 'secret.html'), path.join(folder, 'junit.xml'));
    expect((await get(site, target)).status).toBe(404);
    rmSync(folder, { recursive: true });
  });

  it('reads a verdict again once it has changed', async () => {
    const folder = path.join(runs, names.torn);
    writeFileSync(path.join(folder, 'verdict.json'), JSON.stringify(samplePass().verdict));
    utimesSync(path.join(folder, 'verdict.json'), new Date(), new Date(Date.now() + 5_000));
    expect((await get(site, '/')).body).not.toContain('damaged');
  });

  it('lists no more than 200, and says how many it left out', async () => {
    const many = path.join(outside, 'many');
    const verdict = JSON.stringify(samplePass().verdict);
    for (let index = 0; index < 203; index++) {
      const folder = path.join(many, `20261126-${100_000 + index}-000-seed-1`);
      mkdirSync(folder, { recursive: true });
      writeFileSync(path.join(folder, 'verdict.json'), verdict);
    }
    const other = await serveRuns(many, 0);
    try {
      const { body } = await get(other, '/');
      expect(body.match(/<h3>/g)).toHaveLength(200);
      expect(body).toContain('3 older runs are in the folder and not listed');
      expect(body).not.toContain('20261126-100000-');
    } finally {
      await other.close();
    }
  });

  it('has a page for an empty folder, and says which port is taken', async () => {
    const empty = path.join(outside, 'empty');
    mkdirSync(empty);
    const other = await serveRuns(empty, 0);
    expect((await get(other, '/')).body).toContain('No runs yet');
    await expect(serveRuns(empty, Number(new URL(other.url).port))).rejects.toThrow(
      /port \d+ of this machine is taken/,
    );
    await other.close();
  });
});
