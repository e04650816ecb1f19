// Measures the eyes: history pages of eight thumbnails, each patient's own, loaded in a real browser and looked at. How many codes
// were read, how many were read as somebody else's, and what a check of the pixels costs.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, chromium, type Page } from '@playwright/test';
import sharp from 'sharp';
import { canaryOf } from '../../fixtures/canary.ts';
import { patientIndex, recordingItem } from '../../fixtures/domain.ts';
import { pictureOf } from '../../fixtures/recordings.ts';
import { findChromium, launchOptions } from './chromium.ts';
import { lookAt } from './look.ts';

export interface EyesBench {
  readonly loadCount: number;
  readonly expectedCount: number;
  readonly readCount: number;
  /** Codes read that stand on the page of somebody else: a misread. */
  readonly misreadCount: number;
  readonly medianMs: number;
  readonly p95Ms: number;
}

export const thumbnailCount = 8;
export const thumbnailPixels = 160;
const run = 1;
const jpegQuality = 70;

/** `null` where there is no Chromium. */
export async function benchEyes(loadCount: number): Promise<EyesBench | null> {
  const found = findChromium();
  if (found === null) return null;
  const browser = await chromium.launch(launchOptions(found));
  const pages = await servePages();
  try {
    return await measure(browser, pages.url, loadCount);
  } finally {
    await browser.close();
    pages.close();
  }
}

async function measure(browser: Browser, url: string, loadCount: number): Promise<EyesBench> {
  const page = await browser.newPage();
  // The first look starts the reader's thread.
  await checkPixels(page, `${url}/${loadCount}`);
  let readCount = 0;
  let misreadCount = 0;
  const times: number[] = [];
  for (let owner = 0; owner < loadCount; owner++) {
    const { ms, read } = await checkPixels(page, `${url}/${owner}`);
    const own = read.filter((each) => each.startsWith(`${owner} `));
    readCount += new Set(own).size;
    misreadCount += read.length - own.length;
    times.push(ms);
  }
  times.sort((a, b) => a - b);
  const at = (part: number): number => times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0;
  const expectedCount = loadCount * thumbnailCount;
  return { loadCount, expectedCount, readCount, misreadCount, medianMs: at(0.5), p95Ms: at(0.95) };
}

async function checkPixels(
  page: Page,
  url: string,
): Promise<{ readonly ms: number; readonly read: readonly string[] }> {
  await page.goto(url);
  const startedAt = performance.now();
  const { sights } = await lookAt(page, { channels: ['pixels'] });
  const read = sights.map(({ canary }) => `${canary.owner} ${canary.item}`);
  return { ms: performance.now() - startedAt, read };
}

/** `/<patient>` is that patient's history page; all of it fits a screen of 1280 x 720. */
async function servePages(): Promise<{ readonly url: string; close(): void }> {
  const server = createServer((request, response) => {
    const [, owner = '0', item] = (request.url ?? '').split('/');
    const answer = item === undefined ? Promise.resolve(pageOf(owner)) : thumbnailOf(Number(owner), Number(item));
    answer.then(
      (body) => response.setHeader('content-type', typeof body === 'string' ? 'text/html' : 'image/jpeg').end(body),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${port}`, close };
}

function pageOf(owner: string): string {
  const thumbnails = Array.from(
    { length: thumbnailCount },
    (_, item) =>
      `<figure><img src="/${owner}/${item}" width="${thumbnailPixels}" alt=""><figcaption>Consultation ${item + 1}, by video</figcaption></figure>`,
  );
  return `<!doctype html><title>History</title><style>body{font:1rem system-ui}figure{display:inline-block}</style><h1>History</h1>${thumbnails.join('')}`;
}

async function thumbnailOf(owner: number, item: number): Promise<Buffer> {
  const { webp } = await pictureOf(canaryOf(run, patientIndex(owner), 'recording', recordingItem(item, 0)));
  return sharp(webp).resize(thumbnailPixels).jpeg({ quality: jpegQuality }).toBuffer();
}
