import { Buffer } from 'node:buffer';
import { createCipheriv } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canaryItemMax, encodeCanary, runMax } from '../../fixtures/canary.ts';
import { type Canary, canaryKinds, patientIndex, patientIndexMax } from '../../fixtures/domain.ts';
import { scanBytes, scanHeaders, scanText } from './portable.ts';
import { type Spelling, spellings } from './spellings.ts';
import { createScanner, scanBuffer } from './stream.ts';

const canaries = fc.record({
  run: fc.integer({ min: 0, max: runMax }),
  owner: fc.integer({ min: 0, max: patientIndexMax }).map(patientIndex),
  kind: fc.constantFrom(...canaryKinds),
  item: fc.integer({ min: 0, max: canaryItemMax }),
});
/** A canary and its token, each letter in whatever case. */
const written = fc
  .tuple(canaries, fc.bigInt({ min: 0n, max: (1n << 24n) - 1n }))
  .map(([canary, capitals]) => ({ canary, token: inCase(encodeCanary(canary), capitals) }));
/** Text without letters of the prefix, so that it holds no token by chance. A last backslash would belong to the escape behind it. */
const junk = fc
  .string({ unit: fc.constantFrom(...'abcdefghi \n\r\\/%&#;u0057?"<>é\u00ff'), maxLength: 120, size: 'max' })
  .map((text) => text.replace(/\\$/, '/'));

function inCase(token: string, capitals: bigint): string {
  return [...token].map((letter, i) => ((capitals >> BigInt(i)) & 1n ? letter.toUpperCase() : letter)).join('');
}

function sightingOf(canary: Canary, encoding: string, offset: number, count = 1, where = 'body') {
  return { ...canary, where, encoding, offset, count };
}

async function scanInPieces(bytes: Buffer, cuts: readonly number[]) {
  const scanner = createScanner();
  let from = 0;
  for (const cut of [...cuts, bytes.length]) {
    await scanner.write(bytes.subarray(from, Math.max(from, Math.min(cut, bytes.length))));
    from = Math.max(from, Math.min(cut, bytes.length));
  }
  return scanner.end();
}

describe.each(spellings.map((spelling): [string, Spelling] => [spelling.name, spelling]))('%s', (_, spelling) => {
  test('is found at its place, whole or in pieces cut anywhere', async () => {
    const cutLists = fc.array(fc.nat(700), { maxLength: 6 }).map((cuts) => cuts.sort((a, b) => a - b));
    await fc.assert(
      fc.asyncProperty(junk, written, junk, cutLists, async (before, { canary, token }, after, cuts) => {
        const { bytes, offset } = spelling.write(before, token, after);
        const expected = {
          sightings: [sightingOf(canary, spelling.encoding, offset)],
          partial: false,
          damagedCount: 0,
        };
        expect(await scanBuffer(bytes)).toEqual(expected);
        expect(await scanInPieces(bytes, cuts)).toEqual(expected);
      }),
    );
  });

  test('is found by the k6 engine at the same place', () => {
    fc.assert(
      fc.property(junk, written, junk, (before, { canary, token }, after) => {
        // Junk that spells the prefix's first letter itself begins a token that is damaged, and rightly counted.
        fc.pre(!/%[57]a$/i.test(before));
        const { bytes, offset } = spelling.write(before, token, after);
        const expected = {
          sightings: [sightingOf(canary, spelling.encoding, offset)],
          partial: false,
          damagedCount: 0,
        };
        expect(scanText(bytes.toString('latin1'))).toEqual(expected);
        expect(scanBytes(bytes, { everyForm: true })).toEqual(expected);
      }),
    );
  });

  test('is found one byte at a time', async () => {
    const canary: Canary = { run: 7, owner: patientIndex(2_299_999), kind: 'title', item: 3 };
    const { bytes, offset } = spelling.write('<p>', encodeCanary(canary), '</p>');
    const cuts = Array.from(bytes, (_, at) => at);
    expect((await scanInPieces(bytes, cuts)).sightings).toEqual([sightingOf(canary, spelling.encoding, offset)]);
  });

  test('is not sighted when a letter was changed', async () => {
    await fc.assert(
      fc.asyncProperty(written, fc.integer({ min: 4, max: 23 }), async ({ token }, place) => {
        const forged = token.slice(0, place) + (/b/i.test(token.charAt(place)) ? 'c' : 'b') + token.slice(place + 1);
        const { bytes } = spelling.write('', forged, '');
        const result = await scanBuffer(bytes);
        expect(result).toEqual({ sightings: [], partial: false, damagedCount: 1 });
        expect(scanText(bytes.toString('latin1'))).toEqual(result);
      }),
    );
  });
});

test('many tokens of many writings in one body are each found once, by both engines alike', async () => {
  const parts = fc.array(fc.tuple(fc.constantFrom(...spellings), written), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(parts, async (chosen) => {
      const pieces = chosen.map(([spelling, { token }]) => spelling.write('', token, '').bytes);
      const body = Buffer.concat(pieces.flatMap((piece) => [piece, Buffer.from(' | ')]));
      const byNode = await scanBuffer(body);
      const byK6 = scanBytes(body, { everyForm: true });
      expect(byNode.sightings.reduce((sum, { count }) => sum + count, 0)).toBe(chosen.length);
      expect(sorted(byK6.sightings)).toEqual(sorted(byNode.sightings));
    }),
  );
});

function sorted(sightings: readonly { readonly offset: number }[]) {
  return [...sightings].sort((a, b) => a.offset - b.offset);
}

const canary: Canary = { run: 1, owner: patientIndex(42), kind: 'recording', item: 9 };
const token = encodeCanary(canary);

/** The same in every run: a key stream over zeros. */
function noiseOf(byteCount: number): Buffer {
  return createCipheriv('aes-128-ctr', Buffer.alloc(16, 1), Buffer.alloc(16)).update(Buffer.alloc(byteCount));
}

test('noise holds no sighting and reaches no limit', async () => {
  const noise = noiseOf(4 * 1_048_576);
  expect(await scanBuffer(noise)).toMatchObject({ sightings: [], partial: false });
  expect(await scanBuffer(Buffer.from(noise.toString('base64')))).toMatchObject({ sightings: [], partial: false });
});

test('a dense body counts every copy and keeps the first place', async () => {
  const body = Buffer.concat([noiseOf(100), Buffer.from(token.repeat(500))]);
  body[0] = 0x1a;
  const expected = [sightingOf(canary, 'plain', 100, 500)];
  expect((await scanBuffer(body)).sightings).toEqual(expected);
  expect(scanBytes(body).sightings).toEqual(expected);
});

test('a binary body is searched for tokens as they are and in UTF-16', () => {
  const body = Buffer.concat([
    Buffer.from([0, 1, 2, 3]),
    Buffer.from(token),
    Buffer.from(token.toUpperCase(), 'utf16le'),
  ]);
  expect(scanBytes(body).sightings).toEqual([sightingOf(canary, 'plain', 4), sightingOf(canary, 'utf-16', 28)]);
});

test('headers are searched for every form and sighted under their lower-cased names', () => {
  const headers: [string, string][] = [
    ['Content-Disposition', `attachment; filename="${token.toUpperCase()}.webm"`],
    ['Set-Cookie', `who=${Buffer.from(`for ${token}`).toString('base64url')}`],
  ];
  expect(scanHeaders(headers).sightings).toEqual([
    sightingOf(canary, 'plain', 22, 1, 'header:content-disposition'),
    sightingOf(canary, 'base64', 9, 1, 'header:set-cookie'),
  ]);
});

test('more distinct sightings than are kept make the result partial', async () => {
  const tokens = Array.from({ length: 300 }, (_, item) => encodeCanary({ ...canary, item }));
  const body = Buffer.from(tokens.join(' '));
  const result = await scanBuffer(body);
  expect(result.sightings).toHaveLength(256);
  expect(result.partial).toBe(true);
  expect(scanText(body.toString())).toMatchObject({ partial: true });
});
