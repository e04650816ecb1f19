import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { absoluteUrl } from './k6-url.ts';

const origin = 'http://clinic.example:8080';
const allowed = ['media.example', '[::1]'];
const follow = (wanted: string): string => absoluteUrl(wanted, origin, allowed);

describe('where a request goes', () => {
  it.each([
    ['/me/history?page=2', `${origin}/me/history?page=2`],
    ['recordings/1', `${origin}/recordings/1`],
    ['http://clinic.example:8080/a', 'http://clinic.example:8080/a'],
    ['http://CLINIC.example:8080?a', 'http://CLINIC.example:8080?a'],
    ['https://media.example/signed?x=1', 'https://media.example/signed?x=1'],
    ['http://media.example:9000/x', 'http://media.example:9000/x'],
    ['http://[::1]:9000/x', 'http://[::1]:9000/x'],
  ])('follows %s', (wanted, url) => {
    expect(follow(wanted)).toBe(url);
  });

  it.each([
    'http://evil.example/',
    'http://clinic.example/other-port',
    'https://clinic.example:8081/',
    '//evil.example/x',
    '/\\evil.example',
    '\\\\evil.example',
    'http:\\\\evil.example',
    'http://media.example@evil.example/',
    'http://media.example\\@evil.example/',
    'http://media.example.evil.example/',
    'file:///etc/passwd',
    ' http://evil.example',
    'javascript:0',
  ])('refuses %s', (wanted) => {
    expect(() => follow(wanted)).toThrow(/not on the drill's list of hosts/);
  });

  it('names the address that it refuses without what may be a secret', () => {
    for (const wanted of [
      'http://evil.example/callback?code=open-sesame',
      '//evil.example/#access_token=open-sesame',
    ]) {
      expect(() => follow(wanted)).toThrow(/evil\.example/);
      expect(() => follow(wanted)).not.toThrow(/open-sesame/);
    }
  });

  it('never follows what a browser would take to another host', () => {
    const piece = fc.constantFrom(
      'http:',
      'https:',
      '/',
      '\\',
      '//',
      '@',
      ':',
      '80',
      'evil.example',
      'media.example',
      '?',
      '#',
      ' ',
      '\t',
      '[',
      ']',
      '.',
    );
    const odd = fc.array(piece, { maxLength: 9 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(odd, (wanted) => {
        let url: string;
        try {
          url = follow(wanted);
        } catch {
          return;
        }
        expect(['clinic.example', 'media.example']).toContain(
          URL.canParse(url) ? new URL(url).hostname : 'clinic.example',
        );
      }),
      { numRuns: 2_000 },
    );
  });
});
