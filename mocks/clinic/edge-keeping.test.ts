import { expect, test } from 'vitest';
import { edgeConfigs } from './edge-config.ts';
import { keepingOf, mayUseCache } from './edge-keeping.ts';

const { standard, next } = edgeConfigs;
const date = 'Wed, 01 Jan 2031 12:00:00 GMT';
const lifetimeMsOf = (
  headers: Record<string, string | string[]>,
  { status = 200, url = '/a', config = standard } = {},
) => keepingOf({ method: 'GET', url, headers: {} }, { status, headers: { date, ...headers } }, config)?.lifetimeMs ?? 0;

test.each([
  ['public, max-age=60', 60_000],
  ['public, s-maxage=5, max-age=60', 5_000],
  ['Public, Max-Age=60', 60_000],
  ['max-age=60', 0],
  ['public', 0],
  ['public, max-age=0', 0],
  ['public, max-age=soon', 0],
  ['private, max-age=60', 0],
  ['private, no-store', 0],
  ['public, no-store, max-age=60', 0],
  ['public, no-cache, max-age=60', 0],
])('cache-control "%s" allows %i ms', (control, lifetimeMs) => {
  expect(lifetimeMsOf({ 'cache-control': control })).toBe(lifetimeMs);
});

test('no word on caching, an error, a session value or Vary: * are kept by nobody', () => {
  const control = { 'cache-control': 'public, max-age=60' };
  expect(lifetimeMsOf({})).toBe(0);
  expect(lifetimeMsOf(control, { status: 404 })).toBe(0);
  expect(lifetimeMsOf({ ...control, 'set-cookie': ['sid=1'] })).toBe(0);
  expect(lifetimeMsOf({ ...control, vary: '*' })).toBe(0);
  expect(lifetimeMsOf({ ...control, vary: 'Accept, *' })).toBe(0);
});

test('without a lifetime it is a tenth of the time since the last change, ten seconds at most (RFC 9111, 4.2.2)', () => {
  const changed = (lastModified: string, more = {}) => lifetimeMsOf({ 'last-modified': lastModified, ...more });
  expect(changed('Wed, 01 Jan 2031 11:59:30 GMT')).toBe(3_000);
  expect(changed('Tue, 31 Dec 2030 12:00:00 GMT')).toBe(10_000);
  expect(changed(date)).toBe(0);
  expect(changed('Thu, 02 Jan 2031 12:00:00 GMT')).toBe(0);
  expect(changed('yesterday')).toBe(0);
  const old = 'Tue, 31 Dec 2030 12:00:00 GMT';
  expect(changed(old, { 'cache-control': 'public' })).toBe(10_000);
  for (const control of ['private', 'no-store', 'private, no-store', 'no-cache', 'max-age=0', 'public, max-age=0'])
    expect(changed(old, { 'cache-control': control })).toBe(0);
  expect(changed(old, { 'set-cookie': ['sid=1'] })).toBe(0);
  expect(changed(old, { expires: 'Wed, 01 Jan 2031 12:00:04 GMT' })).toBe(4_000);
  expect(changed(old, { expires: '0' })).toBe(0);
});

test('a static file is kept as long as the configuration says, if it is declared public; what only looks like one is not', () => {
  const control = { 'cache-control': 'public, max-age=5' };
  const url = '/assets/clinic.css';
  expect(lifetimeMsOf(control, { url })).toBe(standard.staticLifetimeMs);
  expect(lifetimeMsOf(control, { url, config: next })).toBe(next.staticLifetimeMs);
  expect(next.staticLifetimeMs).toBeGreaterThan(standard.staticLifetimeMs);
  expect(lifetimeMsOf({ 'cache-control': 'private, no-store' }, { url })).toBe(0);
  expect(lifetimeMsOf({}, { url })).toBe(0);
  expect(lifetimeMsOf(control, { url, status: 404 })).toBe(0);
  expect(lifetimeMsOf({ 'cache-control': 'private, no-store' }, { url: '/me/history/x.css', config: next })).toBe(0);
});

test('requests with a token, for a part, past the cache, or that change something, go to the origin', () => {
  expect(mayUseCache({ method: 'GET', headers: {} })).toBe(true);
  expect(mayUseCache({ method: 'POST', headers: {} })).toBe(false);
  expect(mayUseCache({ method: 'GET', headers: { authorization: 'Bearer x' } })).toBe(false);
  expect(mayUseCache({ method: 'GET', headers: { range: 'bytes=0-1' } })).toBe(false);
  expect(mayUseCache({ method: 'GET', headers: { 'cache-control': 'no-cache' } })).toBe(false);
});
