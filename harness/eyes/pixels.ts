// From a screenshot to the canaries that it shows as QR codes.
//
//     PNG ─► reader thread (zxing) ─► texts with their corners ─► decodeCanary ─► crop of each by sharp
//
// All of zxing's extra trying is left on: on a page of 8 thumbnails it takes 24 ms instead of 19, and finds codes that are
// rotated, inverted by a dark theme, or larger than life.
import { Worker } from 'node:worker_threads';
import sharp from 'sharp';
import { canaryLetterCount, canaryPrefix, decodeCanary } from '../../fixtures/canary.ts';
import type { Canary } from '../../fixtures/domain.ts';
import type { Box } from './sight.ts';

export interface Code {
  readonly canary: Canary;
  /** In pixels of the picture. */
  readonly box: Box;
  /** PNG of the code and its quiet zone alone. */
  readonly picture: Uint8Array;
}

/** The reader counts in a byte. */
export const codesMax = 255;
/** By the header of the picture, before anything is unpacked. */
export const picturePixelsMax = 64_000_000;
const readMaxMs = 10_000;
const cropMarginPart = 0.14;
const options = { formats: ['QRCode'], maxNumberOfSymbols: codesMax };

type Point = { readonly x: number; readonly y: number };
interface RawCode {
  readonly text: string;
  readonly position: Readonly<Record<'topLeft' | 'topRight' | 'bottomLeft' | 'bottomRight', Point>>;
}
interface Answer {
  readonly id: number;
  readonly codes?: readonly RawCode[];
  readonly error?: string;
}
interface Asked {
  resolve(codes: readonly RawCode[]): void;
  reject(cause: Error): void;
}

interface Unpacked {
  readonly data: Buffer;
  readonly info: { readonly width: number; readonly height: number; readonly channels: 1 | 2 | 3 | 4 };
}

interface Reader {
  readonly worker: Worker;
  readonly asked: Map<number, Asked>;
}

let reader: Reader | null = null;
let lastId = 0;

/** Starts the reader's thread; `readCodes` does so by itself. The thread keeps no process alive. */
export function prepareReader(): void {
  reader ??= startReader();
}

function startReader(): Reader {
  const worker = new Worker(new URL('./reader-worker.js', import.meta.url));
  const asked = new Map<number, Asked>();
  const made: Reader = { worker, asked };
  const end = (cause: Error): void => {
    for (const { reject } of asked.values()) reject(cause);
    asked.clear();
    if (reader === made) reader = null;
  };
  worker.on('message', ({ id, codes, error }: Answer) => {
    const waiting = asked.get(id);
    asked.delete(id);
    if (asked.size === 0) worker.unref();
    if (codes) waiting?.resolve(codes);
    else waiting?.reject(new Error(`the reader of codes could not read the picture: ${error}`));
  });
  worker.on('error', end);
  worker.on('exit', () => end(new Error('the reader of codes ended before it answered')));
  worker.unref();
  return made;
}

/** Every canary shown as a code in the PNG. Throws when the picture can't be read, is too large, or takes too long. */
export async function readCodes(png: Uint8Array): Promise<readonly Code[]> {
  const { width = 0, height = 0 } = await sharp(png).metadata();
  if (width * height > picturePixelsMax) {
    throw new Error(
      `the picture of ${width}x${height} pixels is larger than ${picturePixelsMax}: look at a part of the page, not all of it`,
    );
  }
  const found = (await readRaw(png)).flatMap((raw) => {
    const canary = canaryIn(raw.text);
    return canary ? [{ canary, box: boxOf(raw) }] : [];
  });
  if (found.length === 0) return [];
  // Unpacked once: each crop from the PNG itself would unpack all of it again.
  const unpacked = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  return Promise.all(found.map(async (code) => ({ ...code, picture: await cropped(unpacked, code.box) })));
}

function readRaw(png: Uint8Array): Promise<readonly RawCode[]> {
  reader ??= startReader();
  const { worker, asked } = reader;
  const id = ++lastId;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      void worker.terminate();
      reject(new Error(`a picture of ${png.length} bytes was not read within ${readMaxMs} ms`));
    }, readMaxMs);
    asked.set(id, {
      resolve: (codes) => {
        clearTimeout(timer);
        resolve(codes);
      },
      reject: (cause) => {
        clearTimeout(timer);
        reject(cause);
      },
    });
    worker.ref();
    worker.postMessage({ id, png: Uint8Array.from(png), options });
  });
}

/** The code may say more than the token: a link, for instance. */
function canaryIn(text: string): Canary | null {
  const lower = text.slice(0, 4_096).toLowerCase();
  for (let at = lower.indexOf(canaryPrefix); at >= 0; at = lower.indexOf(canaryPrefix, at + 1)) {
    const canary = decodeCanary(lower.slice(at, at + canaryLetterCount));
    if (canary) return canary;
  }
  return null;
}

function boxOf({ position }: RawCode): Box {
  const corners = Object.values(position);
  const xs = corners.map(({ x }) => x);
  const ys = corners.map(({ y }) => y);
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

/** The quiet zone is kept, so that the crop can be read again by whoever doubts it. */
function cropped({ data, info }: Unpacked, { x, y, width, height }: Box): Promise<Uint8Array> {
  const margin = Math.ceil(Math.max(width, height) * cropMarginPart);
  const left = Math.max(0, Math.floor(x) - margin);
  const top = Math.max(0, Math.floor(y) - margin);
  const right = Math.min(info.width, Math.ceil(x + width) + margin);
  const bottom = Math.min(info.height, Math.ceil(y + height) + margin);
  const area = { left, top, width: Math.max(1, right - left), height: Math.max(1, bottom - top) };
  return sharp(data, { raw: info }).extract(area).png().toBuffer();
}
