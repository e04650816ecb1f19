// Re-encodes a video without any program: its key frames are decoded and encoded anew, larger and less sharp, and what lies between
// them is left out. For a machine without ffmpeg; synthetic recordings are made of key frames alone.
import { readFile, writeFile } from 'node:fs/promises';
import { keyFrameOf } from '../../fixtures/recordings.ts';
import { type KeyFrame, type Side, webmOf } from '../../fixtures/webm.ts';
import type { Derivation } from './objects.ts';
import { keyFramesOf, openPicture, webpOf } from './video.ts';

const frameCountMax = 240;
const enlargedBy = 1.25;
const webpQuality = 80;

/** Throws for what is no VP8 in WebM. */
export const reencodeHere: Derivation = async (sourcePath, targetPath) => {
  const frames = await keyFramesOf(await readFile(sourcePath), frameCountMax);
  const [first] = frames;
  if (first === undefined) throw new Error('it is no VP8 video in WebM, and nothing else is read without ffmpeg');
  const { width, height } = await openPicture(webpOf(first.data)).metadata();
  const side = { widthPixels: Math.round(width * enlargedBy), heightPixels: Math.round(height * enlargedBy) };
  await writeFile(targetPath, await webmOf(await redrawn(frames, side), side));
};

/** A picture that stands still is drawn once. */
async function redrawn(frames: readonly KeyFrame[], side: Side): Promise<readonly KeyFrame[]> {
  const made: KeyFrame[] = [];
  let last: Uint8Array = new Uint8Array();
  let lastMade: Uint8Array = new Uint8Array();
  for (const { data, atSeconds, forSeconds } of frames) {
    if (Buffer.compare(last, data) !== 0) lastMade = await redraw(data, side);
    last = data;
    made.push({ data: lastMade, atSeconds, forSeconds });
  }
  return made;
}

async function redraw(frame: Uint8Array, { widthPixels, heightPixels }: Side): Promise<Uint8Array> {
  const picture = openPicture(webpOf(frame)).resize(widthPixels, heightPixels, { fit: 'fill' });
  return new Uint8Array(keyFrameOf(await picture.webp({ quality: webpQuality, effort: 2 }).toBuffer()));
}
