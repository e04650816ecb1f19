import { describe, expect, it } from 'vitest';
import type { HttpRequest } from '../targets/target.ts';
import { cookiePairs, credentialsOf, factsOf, failureOf, responseOf, sessionFingerprints, traced } from './exchange.ts';

const wanted: HttpRequest = { method: 'GET', url: '/me', route: '/me' };
const declares = {
  headers: { node: 'X-Node', version: 'x-version', cacheStatus: 'X-Edge' },
  signOutBoundMs: 0,
  withdrawalBoundMs: 0,
  erasureBoundMs: 0,
  recordingReadyBoundMs: 0,
};
const headers = new Map([
  ['x-node', 'a1'],
  ['x-edge', 'HIT'],
  ['cache-control', 'c'.repeat(300)],
]);
const header = (name: string): string | undefined => headers.get(name.toLowerCase());

describe('facts of an answer', () => {
  it('name node and cache as the target declares them, and leave out what is not there', () => {
    const facts = factsOf(
      { status: 200, header, bodyBytes: 2, bodySha256: undefined, sightings: [], partial: false },
      declares,
    );
    expect(facts).toEqual({
      status: 200,
      bodyBytes: 2,
      sightings: [],
      node: 'a1',
      cacheHeaders: { 'cache-control': 'c'.repeat(200), 'x-edge': 'HIT' },
    });
  });

  it('tell a planned hang-up from a time-out from a broken connection', () => {
    expect(failureOf(wanted, true, 40, '').reason).toBe('aborted');
    expect(failureOf(wanted, true, null, '').reason).toBe('timeout');
    expect(failureOf(wanted, false, 40, 'reset').reason).toBe('connection-error');
  });

  it('say which route answered with something that is not JSON', () => {
    expect(() => responseOf(502, header, '<h1>Bad gateway', wanted).json()).toThrow(
      /GET \/me answered 502 with a body of 15 characters that is not JSON/,
    );
  });
});

describe('credentials', () => {
  it('are seen in whatever case the header is written', () => {
    expect(credentialsOf({ AUTHORIZATION: 'x' }, 'a=b', {})).toEqual({ credentials: 'authorization' });
    expect(credentialsOf({}, 'a=b', {})).toEqual({ credentials: 'cookie' });
    expect(credentialsOf({}, undefined, {})).toEqual({ credentials: 'none' });
  });

  it('may travel in a header of the product’s own, of which the name is kept and the value is not', () => {
    const declared = { credentialHeaders: ['X-Session'] };
    expect(credentialsOf({ 'x-session': 'secret', 'x-app': 'a' }, undefined, declared)).toEqual({
      credentials: 'header',
      credentialHeaders: ['x-session'],
    });
    expect(credentialsOf({ 'x-session': 'secret' }, undefined, {})).toEqual({ credentials: 'none' });
    expect(credentialsOf({ 'x-app': 'a' }, undefined, declared)).toEqual({ credentials: 'none' });
    expect(credentialsOf({ 'x-session': 'secret' }, 'a=b', declared).credentials).toBe('cookie');
  });

  it('are none in a cookie that is taken away, whatever value it carries', () => {
    const lines = [
      'kept=1; Path=/',
      'kept=2; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT',
      'kept=3; Expires=Fri, 01 Jan 2100 00:00:00 GMT; HttpOnly',
      'gone=4; path=/; expires=Thu, 01 Jan 1970 00:00:00 GMT; httponly',
      'gone=5; max-age=0',
      'gone=6; Max-Age=-1; Expires=Fri, 01 Jan 2100 00:00:00 GMT',
    ];
    expect(cookiePairs(lines)).toEqual([
      ['kept', '1'],
      ['kept', '2'],
      ['kept', '3'],
    ]);
  });

  it('are fingerprinted when long enough to be secrets, differently in each run', () => {
    const secret = 's'.repeat(16);
    expect(
      sessionFingerprints(1, [
        ['lang', 'en'],
        ['sid', secret],
      ]),
    ).toHaveLength(1);
    expect(sessionFingerprints(1, [['sid', secret]])).not.toEqual(sessionFingerprints(2, [['sid', secret]]));
    expect(sessionFingerprints(1, [['sid', secret]])[0]).toMatch(/^sid=[0-9a-f]{16}$/);
  });
});

describe('the trace of a request', () => {
  const ours = { traceId: '1'.repeat(32), spanId: '2'.repeat(16) };
  const trace = { ...ours, baggage: 'crosstalk.run=r' };

  it('stands in its headers and in the facts', () => {
    expect(traced({ accept: 'x' }, trace)).toEqual({
      headers: { accept: 'x', traceparent: `00-${ours.traceId}-${ours.spanId}-01`, baggage: trace.baggage },
      facts: ours,
    });
    expect(traced({ accept: 'x' }, null)).toEqual({ headers: { accept: 'x' }, facts: {} });
  });

  it.each([trace, null])('is the one that the adapter set, where it did', (given) => {
    const theirs = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) };
    const headers = { TraceParent: `00-${theirs.traceId}-${theirs.spanId}-00`, Baggage: 'x=1' };
    expect(traced(headers, given)).toEqual({ headers, facts: theirs });
  });

  it('is none where what the adapter set is none', () => {
    const headers = { traceparent: '<script>' };
    expect(traced(headers, trace)).toEqual({ headers: { ...headers, baggage: trace.baggage }, facts: {} });
  });
});
