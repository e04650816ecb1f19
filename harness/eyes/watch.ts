// What passes by and is gone when one looks: answers of the network as far as the browser gives them, live frames, the console,
// downloads. A context is watched from its beginning, each thing is scanned as it comes, and only sights are kept.
import { createReadStream } from 'node:fs';
import type { BrowserContext, Download, Page, Response } from '@playwright/test';
import type { Canary } from '../../fixtures/domain.ts';
import { within } from '../faults/bounded.ts';
import type { ScanResult } from '../scan/collector.ts';
import { createScanner, scanBuffer } from '../scan/stream.ts';
import { readableUrl } from './readable.ts';
import type { Channel, Sight } from './sight.ts';

export interface Watched {
  readonly sights: readonly Sight[];
  /** Answers that the browser did not give: media it took in pieces, pages it had left, bodies over the limit. */
  readonly unreadCount: number;
  /** Limits that were reached. */
  readonly problems: readonly string[];
}

export interface Watch {
  /** All until now, once what is under way has been scanned, which takes a bounded time. The watching goes on. */
  result(): Promise<Watched>;
  /** The same, and forgets it: what has passed since the last time. */
  take(): Promise<Watched>;
}

export interface WatchOptions {
  /** False: somebody else reads the bodies of answers. */
  readonly answers?: boolean;
}

export const answerBytesMax = 16_777_216;
export const downloadBytesMax = 67_108_864;
const sightsMax = 2_000;
const underWayMax = 500;
const bodyMaxMs = 5_000;
const lettersMax = 1_048_576;

export function watchContext(context: BrowserContext, { answers = true }: WatchOptions = {}): Watch {
  const sights = new Map<string, Sight>();
  const problems = new Set<string>();
  const underWay = new Set<Promise<void>>();
  let unreadCount = 0;

  const note = (channel: Channel, place: string, { sightings, partial }: ScanResult): void => {
    if (partial) problems.add(`${place}: something in it could not be opened`);
    for (const { run, owner, kind, item, encoding } of sightings) {
      const canary = { run, owner, kind, item } as Canary;
      const sight = { canary, channel, place, element: null, encoding, frame: null };
      if (sights.size < sightsMax) sights.set(JSON.stringify(sight), sight);
      else problems.add(`more than ${sightsMax} sights: the rest was not kept`);
    }
  };
  const track = (work: () => Promise<void>): void => {
    if (underWay.size >= underWayMax) {
      unreadCount++;
      return;
    }
    const tracked: Promise<void> = within(bodyMaxMs, 'reading', work)
      .catch(() => {
        unreadCount++;
      })
      .finally(() => underWay.delete(tracked));
    underWay.add(tracked);
  };
  const text = (channel: Channel, place: string, said: string | Buffer): void =>
    track(async () => note(channel, place, await scanBuffer(Buffer.from(said.slice(0, lettersMax)))));

  const answer = (response: Response): void => {
    const place = `answer of ${readableUrl(response.url())}`;
    track(async () => {
      const headers = await response.headersArray();
      note(
        'network',
        `header of ${place}`,
        await scanBuffer(Buffer.from(headers.map(({ value }) => value).join('\n'))),
      );
      if (response.status() >= 300 && response.status() < 400) return;
      const length = Number(headers.find(({ name }) => name.toLowerCase() === 'content-length')?.value ?? 0);
      if (length > answerBytesMax) throw new Error('too large');
      note('network', place, await scanBuffer(await response.body()));
    });
  };
  const download = (file: Download): void =>
    track(async () => note('download', 'a download', await scanFile(await file.path(), problems)));
  const page = (opened: Page): void => {
    opened.on('download', download);
    opened.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) => text('network', `frame of ${readableUrl(socket.url())}`, payload)),
    );
  };

  for (const opened of context.pages()) page(opened);
  context.on('page', page);
  if (answers) context.on('response', answer);
  context.on('console', (message) => text('console', `console.${message.type()}`, message.text()));
  context.on('weberror', (error) => text('console', 'an error', String(error.error())));

  async function result(): Promise<Watched> {
    // Whatever begins meanwhile has its own limit, and is waited for once.
    await Promise.all(underWay);
    await Promise.all(underWay);
    return { sights: [...sights.values()], unreadCount, problems: [...problems] };
  }
  return {
    result,
    async take() {
      const taken = await result();
      sights.clear();
      problems.clear();
      unreadCount = 0;
      return taken;
    },
  };
}

async function scanFile(path: string, problems: Set<string>): Promise<ScanResult> {
  const scanner = createScanner();
  let bytes = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > downloadBytesMax) {
      problems.add(`a download: only its first ${downloadBytesMax} bytes were looked at`);
      break;
    }
    await scanner.write(chunk);
  }
  return scanner.end();
}
