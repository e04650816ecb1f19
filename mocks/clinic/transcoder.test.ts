// Both ways to re-encode: nothing is left of the canary in the bytes, in any form, and the picture still tells whose it is.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ALL_FORMATS, BufferSource, Input } from 'mediabunny';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ownerShown, tokenIn, videoOf } from './pictures-under-test.ts';
import { openStillPlayer, thumbnailOf } from './still-player.ts';
import { findTranscoder, openStoring, type TranscoderName } from './transcoder.ts';
import type { Truth } from './truth.ts';
import { keyFramesOf, webpOf } from './video.ts';

const hasFfmpeg = (await findTranscoder()) === 'ffmpeg';
const patient = { number: 4711 };

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'transcoder-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** The token in every form that a byte scan could find: any case, hex, base64 in each alignment. */
function formsOf(token: string): readonly string[] {
  const cased = [token.toLowerCase(), token.toUpperCase()];
  const inner = (text: string, shift: number): string =>
    Buffer.from(text.slice(shift)).toString('base64').replace(/=+$/, '').slice(0, -2);
  return cased.flatMap((text) => [
    text,
    Buffer.from(text).toString('hex'),
    Buffer.from(text, 'utf16le').toString('latin1'),
    ...[0, 1, 2].map((shift) => inner(text, shift)),
  ]);
}

const isIn = (video: Uint8Array, token: string): boolean =>
  formsOf(token).some((form) => Buffer.from(video).toString('latin1').includes(form));

async function stored(name: TranscoderName | null, media: Uint8Array, noted: Uint8Array[] = []): Promise<Uint8Array> {
  const truth: Truth = { noteMedia: async (_, bytes) => void noted.push(bytes) };
  const [source, target] = [join(folder, 'source'), join(folder, 'target')];
  await writeFile(source, media);
  await openStoring(name, truth)('c1')(source, target);
  return new Uint8Array(await readFile(target));
}

test('a machine that runs these tests for the gate has ffmpeg', () => {
  if (process.env.CI === 'true') expect(hasFfmpeg).toBe(true);
});

test('without the flag the bytes are stored as they came', async () => {
  const media = await videoOf(patient);
  expect(Buffer.compare(await stored(null, media), media)).toBe(0);
  expect(isIn(media, tokenIn(patient))).toBe(true);
});

describe.each([...(hasFfmpeg ? (['ffmpeg'] as const) : []), 'node' as const])('by %s', (name) => {
  test('the token is gone from the bytes, and every key frame still shows it', async () => {
    const noted: Uint8Array[] = [];
    const video = await stored(name, await videoOf(patient), noted);
    expect(isIn(video, tokenIn(patient))).toBe(false);
    const frames = await keyFramesOf(video, 100);
    expect(frames.length).toBeGreaterThan(0);
    for (const { data } of frames) {
      const picture = await sharp(webpOf(data)).png().toBuffer();
      expect(await ownerShown(picture)).toBe(patient.number);
    }
    // The truth is told of the bytes as they are stored.
    expect(noted.map((bytes) => Buffer.compare(bytes, video))).toEqual([0]);
  });

  test('the video plays as long as before, and its thumbnail shows the same', async () => {
    const video = await stored(name, await videoOf(patient));
    const input = new Input({ source: new BufferSource(video), formats: ALL_FORMATS });
    expect(await input.computeDuration()).toBeCloseTo(8, 0);
    const thumbnail = await thumbnailOf(openStillPlayer(), video);
    expect(await ownerShown(thumbnail ?? new Uint8Array())).toBe(patient.number);
  });

  test('what is no video is refused, and the next one is not', async () => {
    await expect(stored(name, Buffer.from('no video'))).rejects.toThrow();
    await expect(stored(name, Buffer.from('#EXTM3U\n#EXTINF:1,\n/etc/passwd\n'))).rejects.toThrow();
    expect((await stored(name, await videoOf(patient))).length).toBeGreaterThan(1_000);
  });
});
