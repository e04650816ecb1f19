import { expect, it } from 'vitest';
import { base64, base64url, textOfBase64 } from './base64.ts';
import { pkce, unguessable } from './pkce.ts';

it('makes the challenge of RFC 7636, appendix B', async () => {
  const { challenge } = await pkce('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk');
  expect(challenge).toBe('E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM');
});

it('draws a new verifier each time, of the letters that the standard allows', async () => {
  const drawn = await Promise.all(Array.from({ length: 50 }, () => pkce()));
  expect(new Set(drawn.map(({ verifier }) => verifier)).size).toBe(50);
  for (const { verifier } of drawn) expect(verifier).toMatch(/^[\w-]{43}$/);
  expect(unguessable()).not.toBe(unguessable());
});

it('writes and reads base64 as everybody does', () => {
  for (const text of ['', 'a', 'ab', 'abc', 'pat@patients.example:word-word-Aa1!']) {
    expect(base64(text)).toBe(Buffer.from(text).toString('base64'));
  }
  for (const text of ['', 'ä€𝄞', '{"iss":"https://id.example"}']) {
    const bytes = Buffer.from(text);
    expect(base64url(bytes)).toBe(bytes.toString('base64url'));
    expect(textOfBase64(bytes.toString('base64url'))).toBe(text);
    expect(textOfBase64(bytes.toString('base64'))).toBe(text);
  }
  expect(textOfBase64('no base64!')).toBeNull();
  expect(textOfBase64(Buffer.from([0xff, 0xfe]).toString('base64'))).toBeNull();
});
