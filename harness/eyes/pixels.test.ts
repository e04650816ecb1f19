// Codes on a picture: each is read with its owner, its place and a crop that shows it alone; what is no canary is none.
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { canaryOf } from '../../fixtures/canary.ts';
import { patientIndex } from '../../fixtures/domain.ts';
import { pictureOf } from '../../fixtures/recordings.ts';
import { picturePixelsMax, readCodes } from './pixels.ts';

/** Codes side by side on a grey wall, `gap` pixels apart. */
async function wall(tokens: readonly string[], side = 160, gap = 40): Promise<Buffer> {
  const tiles = await Promise.all(
    tokens.map(async (token, at) => ({
      input: await sharp((await pictureOf(token)).webp)
        .resize(side)
        .png()
        .toBuffer(),
      left: gap + at * (side + gap),
      top: gap,
    })),
  );
  const width = gap + tokens.length * (side + gap);
  const background = { r: 230, g: 230, b: 230 };
  return sharp({ create: { width, height: side + 2 * gap, channels: 3, background } })
    .composite(tiles)
    .png()
    .toBuffer();
}

const token = (owner: number, item = 0): string => canaryOf(1, patientIndex(owner), 'recording', item);

describe('reading codes off a picture', () => {
  it('reads each with its owner and its place', async () => {
    const codes = await readCodes(await wall([token(1), token(2), token(3)]));
    const found = codes.toSorted((a, b) => a.box.x - b.box.x);
    expect(found.map(({ canary }) => canary.owner)).toEqual([1, 2, 3]);
    for (const [at, { box }] of found.entries()) {
      const left = 40 + at * (160 + 40);
      expect(box.x).toBeGreaterThan(left);
      expect(box.x + box.width).toBeLessThan(left + 160);
    }
  });

  it('crops to the code: in the crop stands this one and no other', async () => {
    for (const { canary, picture } of await readCodes(await wall([token(1), token(2)]))) {
      const again = await readCodes(picture);
      expect(again.map((code) => code.canary)).toEqual([canary]);
    }
  });

  it('reads pictures of 64 pixels', async () => {
    const codes = await readCodes(await wall([token(1), token(2), token(3)], 64));
    expect(codes.map(({ canary }) => canary.owner).sort()).toEqual([1, 2, 3]);
  });

  it('finds the token inside a longer text', async () => {
    const [code] = await readCodes(await wall([`HTTPS://CLINIC.EXAMPLE/R/${token(4, 7)}/PLAY`]));
    expect(code?.canary).toEqual({ run: 1, owner: 4, kind: 'recording', item: 7 });
  });

  it('makes nothing of other codes, forged tokens and empty pictures', async () => {
    const forged = `${token(1).slice(0, -1)}${token(1).endsWith('b') ? 'c' : 'b'}`;
    expect(await readCodes(await wall(['HELLO', forged]))).toEqual([]);
    expect(await readCodes(await wall([]))).toEqual([]);
  });

  it('refuses what is no picture, and what would unpack to too much', async () => {
    await expect(readCodes(Buffer.from('not a picture'))).rejects.toThrow();
    const background = 'white';
    const height = Math.ceil(picturePixelsMax / 8_000) + 1;
    const huge = await sharp({ create: { width: 8_000, height, channels: 3, background } })
      .png()
      .toBuffer();
    await expect(readCodes(huge)).rejects.toThrow(/larger than/);
  });
});
