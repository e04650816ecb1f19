import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineBytesMax, readLines } from './k6-process.ts';

function linesOf(chunks: readonly Buffer[]): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const lines: string[] = [];
    const stream = Readable.from(chunks, { objectMode: false });
    stream.once('close', () => resolve(lines));
    readLines(stream, (line) => void lines.push(line), reject);
  });
}

describe('lines of a stream', () => {
  it('are the same however the stream is cut', async () => {
    const text = fc.array(
      fc.string({ unit: 'grapheme', maxLength: 20 }).map((line) => line.replace(/\n/g, '')),
      {
        minLength: 1,
        maxLength: 8,
      },
    );
    await fc.assert(
      fc.asyncProperty(text, fc.array(fc.nat(40), { maxLength: 6 }), async (lines, cuts) => {
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
        const chunks: Buffer[] = [];
        let from = 0;
        for (const cut of cuts) {
          chunks.push(bytes.subarray(from, from + cut));
          from += cut;
        }
        chunks.push(bytes.subarray(from));
        expect(await linesOf(chunks.filter(({ length }) => length > 0))).toEqual(lines);
      }),
    );
  });

  it('include one that nothing ends', async () => {
    expect(await linesOf([Buffer.from('a\nb')])).toEqual(['a', 'b']);
  });

  it('may not be longer than the limit', async () => {
    const half = Buffer.alloc(lineBytesMax / 2 + 1, 'x');
    await expect(linesOf([half, half])).rejects.toThrow('longer than');
  });
});
