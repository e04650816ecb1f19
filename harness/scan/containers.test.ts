import { Buffer } from 'node:buffer';
import { constants, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeCanary } from '../../fixtures/canary.ts';
import { type Canary, patientIndex } from '../../fixtures/domain.ts';
import { scanBytes, scanText } from './portable.ts';
import { createScanner, type ScanOptions, scanBuffer } from './stream.ts';

const canary: Canary = { run: 1, owner: patientIndex(42), kind: 'note', item: 9 };
const token = encodeCanary(canary);
/** Long and varied enough that its deflate stream has more than one block's worth of surroundings. */
const document = Buffer.from(
  Array.from({ length: 400 }, (_, i) => `${i * 7919} note ${i === 200 ? token : ''}\n`).join(''),
);

function zipOf(entries: readonly (readonly [string, Buffer, 'stored' | 'deflated' | 'encrypted'])[]): Buffer {
  return Buffer.concat(
    entries.flatMap(([name, content, how]) => {
      const header = Buffer.alloc(30);
      header.write('PK\x03\x04', 'latin1');
      // Bit 3: sizes follow the data, as in a zip that was written as a stream.
      header.writeUInt16LE(how === 'encrypted' ? 9 : 8, 6);
      header.writeUInt16LE(how === 'stored' ? 0 : 8, 8);
      header.writeUInt16LE(name.length, 26);
      return [
        header,
        Buffer.from(name),
        how === 'stored' ? content : deflateRawSync(content),
        Buffer.from('PK\x07\x08'),
      ];
    }),
  );
}

async function encodingsIn(body: Buffer, options?: ScanOptions): Promise<readonly string[]> {
  return (await scanBuffer(body, options)).sightings.map(({ encoding }) => encoding);
}

const zipped = zipOf([
  ['index.txt', Buffer.from('nothing here'), 'stored'],
  ['note.txt', document, 'deflated'],
]);

test('inside k6 a stored member of a zip is read as it stands, and the rest of the zip is known to be unread', () => {
  const packed = zipOf([
    ['history.json', document, 'deflated'],
    ['visit.webm', Buffer.concat([Buffer.alloc(5_000, 0xee), Buffer.from(token)]), 'stored'],
  ]);
  expect(scanBytes(packed)).toMatchObject({ sightings: [{ ...canary, encoding: 'plain', count: 1 }], partial: true });
});

describe('what a body contains is opened', () => {
  const bodies: readonly (readonly [string, Buffer])[] = [
    ['gzip>plain', gzipSync(document)],
    ['zlib>plain', deflateSync(document)],
    ['zip>plain', zipped],
    ['zip>gzip>plain', zipOf([['a.gz', gzipSync(document), 'deflated']])],
    ['zip>zip>gzip>plain', zipOf([['a.zip', zipOf([['a.gz', gzipSync(document), 'deflated']]), 'deflated']])],
    ['base64>gzip>plain', Buffer.from(JSON.stringify({ export: gzipSync(document).toString('base64') }))],
    ['base64>zip>plain', Buffer.from(`"${zipped.toString('base64').replace(/.{76}/g, '$&\\r\\n')}"`)],
    ['gzip>base64', gzipSync(document.toString('base64'))],
    ['plain', zipOf([['note.txt', document, 'stored']])],
  ];
  test.each(bodies)('%s', async (encoding, body) => {
    const result = await scanBuffer(body);
    expect(result).toMatchObject({ sightings: [{ ...canary, encoding, count: 1 }], partial: false });
  });

  test.each(bodies)('%s, in pieces cut anywhere', async (encoding, body) => {
    const sizes = fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(sizes, async (lengths) => {
        const scanner = createScanner();
        for (let from = 0, turn = 0; from < body.length; turn++) {
          const length = lengths[turn % lengths.length] ?? 1;
          await scanner.write(body.subarray(from, from + length));
          from += length;
        }
        expect(await scanner.end()).toMatchObject({ sightings: [{ ...canary, encoding, count: 1 }], partial: false });
      }),
      { numRuns: 15 },
    );
  });
});

test('zlib is known by its beginning, wherever the first piece ends', async () => {
  const body = deflateSync(document);
  for (let length = 1; length < Math.min(700, body.length); length++) {
    const scanner = createScanner();
    await scanner.write(body.subarray(0, length));
    await scanner.write(body.subarray(length));
    expect(await scanner.end(), `first piece of ${length}`).toMatchObject({ sightings: [{ encoding: 'zlib>plain' }] });
  }
});

test('containers that follow one another are all opened, and what lies between is seen', async () => {
  const body = Buffer.concat([
    Buffer.from('x'.repeat(1_000)),
    gzipSync(document),
    Buffer.from(` ${token} `),
    gzipSync(document),
    zipped,
    zipped,
  ]);
  const { sightings, partial } = await scanBuffer(body);
  expect(sightings).toMatchObject([
    { encoding: 'gzip>plain', count: 2, offset: 1_000 },
    { encoding: 'plain', count: 1 },
    { encoding: 'zip>plain', count: 2 },
  ]);
  expect(partial).toBe(false);
});

test('a container that is cut off makes the result partial', async () => {
  const cut = gzipSync(document).subarray(0, 400);
  expect(await scanBuffer(cut)).toMatchObject({ sightings: [], partial: true });
});

test('an encrypted entry, or damage in the middle, makes the result partial', async () => {
  expect(await scanBuffer(zipOf([['a', document, 'encrypted']]))).toMatchObject({ sightings: [], partial: true });
  const damaged = Buffer.from(gzipSync(Buffer.concat(Array.from({ length: 60 }, () => document))));
  damaged.fill(0xff, damaged.length >> 1);
  expect((await scanBuffer(damaged)).partial).toBe(true);
});

test('deeper than the limit is not opened, and said so', async () => {
  const deep = gzipSync(gzipSync(document));
  expect(await encodingsIn(deep, { depthMax: 2 })).toEqual(['gzip>gzip>plain']);
  expect(await scanBuffer(deep, { depthMax: 1 })).toMatchObject({ sightings: [], partial: true });
});

test('bytes that only begin like a container change nothing', async () => {
  const bodies = [
    'x\x01 is not zlib',
    'PK\x03\x04 is no zip',
    '\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03 is no gzip',
    'H4sIAAAAAAAAA is a word',
  ];
  for (const body of bodies) {
    const result = await scanBuffer(Buffer.from(`${body} ${token}`, 'latin1'));
    expect(result.sightings).toMatchObject([{ encoding: 'plain', count: 1 }]);
  }
});

const mebibyte = Buffer.alloc(1_048_576);
const bombMebibytes = 10 * 1_024;

test.each([
  // A deflate stream may be continued after a flush: one member of 10 GiB, in 10 MB.
  ['one member', gzipSync('').subarray(0, 10), deflateRawSync(mebibyte, { finishFlush: constants.Z_SYNC_FLUSH })],
  ['many members', Buffer.alloc(0), gzipSync(mebibyte)],
])('a bomb of 10 GiB in %s is given up at the limit, and the search of the body goes on', async (_, head, piece) => {
  const scanner = createScanner();
  await scanner.write(head);
  for (let written = 0; written < bombMebibytes; written++) await scanner.write(piece);
  await scanner.write(Buffer.from(token));
  expect(await scanner.end()).toMatchObject({ sightings: [{ encoding: 'plain', count: 1 }], partial: true });
});

test('the limit counts what containers within containers hold', async () => {
  const body = deflateSync(gzipSync(Buffer.concat([Buffer.alloc(3_000_000), document])));
  expect(await encodingsIn(body)).toEqual(['zlib>gzip>plain']);
  expect(await scanBuffer(body, { inflatedBytesMax: 2_000_000 })).toMatchObject({ sightings: [], partial: true });
});

test('the k6 engine, which can open nothing, says that its result is partial', () => {
  for (const body of [gzipSync(document), deflateSync(document), zipped]) expect(scanBytes(body).partial).toBe(true);
  expect(scanText(gzipSync(document).toString('base64')).partial).toBe(true);
  expect(scanBytes(document).partial).toBe(false);
});
