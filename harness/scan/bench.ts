// Measures the scan: megabytes per second over 64 MB of each kind of body with every form on, its ratio to one bare
// `Buffer.indexOf`, the same for two sizes of cohort, and the memory held while a body of 1 GB streams by.
import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { canaryOf, canaryPrefix } from '../../fixtures/canary.ts';
import { patientIndex } from '../../fixtures/domain.ts';
import { createScanner, scanBuffer } from './stream.ts';

export interface BenchRow {
  readonly name: string;
  readonly value: number;
  readonly unit: 'MB/s' | 'MB' | 'x';
}

const bodyBytes = 64_000_000;
const rounds = 3;

export async function benchScan(): Promise<readonly BenchRow[]> {
  const rows: BenchRow[] = [];
  const bodies = [
    ['JSON', jsonOf(100)],
    ['HTML', htmlOf()],
    ['random bytes', randomBytes(bodyBytes)],
    ['base64', Buffer.from(randomBytes(bodyBytes * 0.75).toString('base64'))],
  ] as const;
  for (const [name, body] of bodies) {
    const scan = await bestMegabytesPerSecond(body, () => scanBuffer(body));
    const bare = await bestMegabytesPerSecond(body, () => body.indexOf(`${canaryPrefix}!`));
    rows.push({ name: `scan of ${name}`, value: scan, unit: 'MB/s' });
    rows.push({ name: `bare indexOf over ${name} is faster by`, value: bare / scan, unit: 'x' });
  }
  for (const patientCount of [100, 2_300_000]) {
    const body = jsonOf(patientCount);
    const scan = await bestMegabytesPerSecond(body, () => scanBuffer(body));
    rows.push({ name: `scan of JSON of ${patientCount} patients`, value: scan, unit: 'MB/s' });
  }
  rows.push({
    name: 'memory gained while 1 GB streams by',
    value: await streamingMegabytes(1_000_000_000),
    unit: 'MB',
  });
  return rows;
}

export function printTable(rows: readonly BenchRow[]): string {
  const width = Math.max(...rows.map(({ name }) => name.length));
  return rows
    .map(({ name, value, unit }) => `${name.padEnd(width)}  ${value.toFixed(1).padStart(8)} ${unit}`)
    .join('\n');
}

async function bestMegabytesPerSecond(body: Buffer, work: () => unknown): Promise<number> {
  let best = 0;
  for (let round = 0; round < rounds; round++) {
    const startedAt = performance.now();
    await work();
    best = Math.max(best, body.length / 1_000 / (performance.now() - startedAt));
  }
  return best;
}

/** Lists of consultations; every hundredth row carries the canary of one of so many patients. */
function jsonOf(patientCount: number): Buffer {
  const rows: string[] = [];
  for (let row = 0, bytes = 0; bytes < bodyBytes; row++) {
    const owner = patientIndex((row * 7_919) % patientCount);
    const title = row % 100 === 0 ? canaryOf(1, owner, 'title', 3) : 'by video';
    rows.push(
      JSON.stringify({
        id: `8f14e45f-ceea-467f-${row}`,
        title,
        startsAt: '2020-06-09T10:05:00Z',
        url: `/r/${row}?sig=Zm9vYmFy`,
      }),
    );
    bytes += 112;
  }
  return Buffer.from(rows.join(',')).subarray(0, bodyBytes);
}

function htmlOf(): Buffer {
  const row =
    '  <li class="recording"><a href="/recordings/41?page=1&amp;x=%7Ba%7D">Follow-up &#38; more</a>\r\n    <time>10:05</time></li>\n';
  return Buffer.alloc(bodyBytes, `<ul>\n${row.repeat(50)}</ul>\n`);
}

/** What the process holds at most, above what it held before; chunks of 64 KiB, as from a socket. */
async function streamingMegabytes(byteCount: number): Promise<number> {
  const chunk = randomBytes(65_536);
  const before = process.memoryUsage().rss;
  let most = before;
  const scanner = createScanner();
  for (let sent = 0, turn = 0; sent < byteCount; sent += chunk.length, turn++) {
    await scanner.write(chunk);
    if (turn % 64 === 0) most = Math.max(most, process.memoryUsage().rss);
  }
  await scanner.end();
  return (most - before) / 1_000_000;
}

if (process.argv[1]?.endsWith('scan/bench.ts')) console.log(printTable(await benchScan()));
