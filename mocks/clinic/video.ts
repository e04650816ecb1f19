// Takes WebM videos apart without a decoder of its own: a VP8 key frame is a lossy WebP picture without the RIFF
// head (RFC 9649, section 2.5), so what reads such pictures reads the frames.
import { BufferSource, EncodedPacketSink, Input, WEBM } from 'mediabunny';
import sharp, { type Sharp } from 'sharp';
import type { KeyFrame } from '../../fixtures/webm.ts';

/** More than any picture of a consultation; what claims to be larger is not decoded. */
export const picturePixelsMax = 1920 * 1200;
const pictureSecondsMax = 5;

// The processes that use this serve patients meanwhile: one thread at a time, and no memory kept for pictures that don't come again.
sharp.concurrency(1);
sharp.cache(false);

/** The first key frames of a video, at most so many; none of what is no VP8 in WebM, or is broken. */
export async function keyFramesOf(video: Uint8Array, countMax: number): Promise<readonly KeyFrame[]> {
  try {
    return await readKeyFrames(video, countMax);
  } catch {
    return [];
  }
}

async function readKeyFrames(video: Uint8Array, countMax: number): Promise<readonly KeyFrame[]> {
  const input = new Input({ source: new BufferSource(video), formats: [WEBM] });
  if (!(await input.canRead())) return [];
  const track = await input.getPrimaryVideoTrack();
  if (track?.codec !== 'vp8') return [];
  const frames: KeyFrame[] = [];
  for await (const { data, type, timestamp, duration } of new EncodedPacketSink(track).packets()) {
    if (type === 'key') frames.push({ data, atSeconds: timestamp, forSeconds: duration });
    if (frames.length === countMax) break;
  }
  return frames;
}

/** The frame as a picture file. What stands behind it in its packet is left where it is: decoders don't look there. */
export function webpOf(frame: Uint8Array): Uint8Array {
  const padding = frame.length % 2;
  const head = Buffer.alloc(20);
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE(12 + frame.length + padding, 4);
  head.write('WEBPVP8 ', 8, 'latin1');
  head.writeUInt32LE(frame.length, 16);
  return Buffer.concat([head, frame, Buffer.alloc(padding)]);
}

/** To draw from, within limits of size and time. */
export function openPicture(webp: Uint8Array): Sharp {
  return sharp(webp, { limitInputPixels: picturePixelsMax }).timeout({ seconds: pictureSecondsMax });
}
