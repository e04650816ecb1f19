import { expect, test } from 'vitest';
import { bugs } from '../bugs/index.ts';
import { changeOf, nginxBugs } from './nginx-bugs/index.ts';
import { type NginxSite, nginxConfig } from './nginx-config.ts';

const site: NginxSite = {
  folder: '/clinic/nginx',
  port: 20_001,
  generation: 7,
  config: 'standard',
  upstreams: [{ node: 'app-1', port: 30_001 }],
  change: (rules) => rules,
};

/** The directives of one location. */
function location(config: string, head: string): string {
  const start = config.indexOf(`location ${head} {`);
  expect(start).toBeGreaterThan(0);
  return config.slice(start, config.indexOf('proxy_pass', start));
}

test('only what is the same for everybody has a cache, and the word of the origin holds there', () => {
  for (const config of ['standard', 'next'] as const) {
    const text = nginxConfig({ ...site, config });
    expect(location(text, '/')).not.toContain('proxy_cache');
    expect(location(text, '= /me/live')).not.toContain('proxy_cache');
    expect(location(text, '= /me/live')).toContain('proxy_buffering off');
    for (const place of ['= /', '= /slots']) {
      expect(location(text, place)).toContain('proxy_cache edge;');
      expect(location(text, place)).not.toMatch(/proxy_ignore_headers|proxy_cache_valid/);
    }
  }
});

test('the next configuration differs for static files alone', () => {
  const [standard, next] = (['standard', 'next'] as const).map((config) => nginxConfig({ ...site, config }));
  const without = (text = ''): string => text.replace(location(text, '^~ /assets/'), '');
  expect(next).not.toBe(standard);
  expect(without(next)).toBe(without(standard));
});

test('with nobody to go to the configuration is still one that nginx takes', () => {
  expect(nginxConfig({ ...site, upstreams: [] })).toMatch(/upstream apps \{\s+server 127\.0\.0\.1:9 down;/);
});

test.each(Object.keys(nginxBugs))('%s is a bug of the clinic, and changes the configuration', (id) => {
  expect(bugs.find((bug) => bug.id === id)?.topologies).toContain('real');
  const config = id === 'edge-caches-private' ? 'next' : 'standard';
  expect(nginxConfig({ ...site, config, change: changeOf([id]) })).not.toBe(nginxConfig({ ...site, config }));
});

test('edge-caches-private waits for the next configuration; bugs of other places change nothing', () => {
  for (const id of ['edge-caches-private', 'call-switch'])
    expect(nginxConfig({ ...site, change: changeOf([id]) })).toBe(nginxConfig(site));
});
