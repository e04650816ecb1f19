import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encoded, isAt, isOwn, parametersOf, resolved, routeOf, withQuery } from './address.ts';

const origin = 'https://app.example';

describe('where a link leads', () => {
  it.each([
    'callback',
    '../up?x=1',
    '/a/../b/./c',
    './',
    '..',
    '?only=query',
    '#part',
    '',
    '//other.example/x',
    'https://other.example/x',
    '/plain#part',
    'a/b/',
  ])('as the URL class says, of %j', (reference) => {
    const base = 'https://app.example/login/start?back=1';
    expect(new URL(resolved(base, reference)).href).toBe(new URL(reference, base).href);
  });

  it('as the URL class says, of any path', () => {
    const reference = fc.array(fc.constantFrom('a', '.', '..', '/', '?', 'b=1', '#'), { maxLength: 8 });
    fc.assert(
      fc.property(reference, (pieces) => {
        const written = pieces.join('');
        fc.pre(!/^\/\//.test(written));
        const base = `${origin}/one/two?three`;
        expect(new URL(resolved(base, written)).href).toBe(new URL(written, base).href);
      }),
    );
  });
});

describe('what is the target’s own', () => {
  it.each(['/me', '/', '/a//b', 'https://app.example/me', 'https://APP.example:443/me', 'https://app.example?x'])(
    '%s is',
    (url) => {
      expect(isOwn(url, origin)).toBe(true);
    },
  );

  it.each([
    'https://evil.example/me',
    'https://app.example.evil.example/',
    'https://app.example@evil.example/',
    'https://app.example\\@evil.example/',
    'https://app.example:444/me',
    'http://app.example/me',
    '//evil.example/me',
    '/\\evil.example',
    '/\t/evil.example',
    ' https://app.example/me',
    'me',
    '',
  ])('%j is not', (url) => {
    expect(isOwn(url, origin)).toBe(false);
  });

  it('never what the URL class takes elsewhere', () => {
    const piece = fc.constantFrom('https:', '/', '//', '\\', '@', ':', '443', 'app.example', 'evil.example', '\t', '?');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 9 }), (pieces) => {
        const url = pieces.join('');
        if (isOwn(url, origin) && URL.canParse(url, origin)) expect(new URL(url, origin).origin).toBe(origin);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('queries and forms', () => {
  it('reads query and fragment, of an app’s own scheme too', () => {
    expect([...parametersOf('https://app.example/cb?code=a%2Bb&state=x+y#iss=z&code=second')]).toEqual([
      ['code', 'a+b'],
      ['state', 'x y'],
      ['iss', 'z'],
    ]);
    expect(parametersOf('org.example.app:/cb?code=1').get('code')).toBe('1');
    expect(parametersOf('https://app.example/cb?broken=%E0%A4').get('broken')).toBe('%E0%A4');
  });

  it('writes what the URL class reads', () => {
    const fields: [string, string][] = [
      ['e-mail', 'pat+1@patients.example'],
      ['pass word', 'ä&=?#% +"'],
    ];
    expect([...new URLSearchParams(encoded(fields))]).toEqual(fields);
    expect(withQuery('/a?b=1', encoded([['c', '2']]))).toBe('/a?b=1&c=2');
    expect(withQuery('/a', '')).toBe('/a');
  });

  it('compares places and names routes without what may be a secret', () => {
    expect(isAt('https://app.example/cb?code=secret', 'https://app.example/cb')).toBe(true);
    expect(isAt('https://app.example/cb/more', 'https://app.example/cb')).toBe(false);
    expect(routeOf('https://id.example/interaction/iB3-z0R8kRk1yV3nIu1o2A?code=secret')).toBe('/interaction/{id}');
    expect(routeOf('/login?next=secret')).toBe('/login');
  });
});
