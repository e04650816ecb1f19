import { Readable } from 'node:stream';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decoded } from './decode.ts';

const text = 'recordings of consultations, '.repeat(2_000);

async function read(stream: Readable): Promise<{ text: string; error: unknown }> {
  let got = '';
  try {
    for await (const chunk of stream) got += chunk;
  } catch (error) {
    return { text: got, error };
  }
  return { text: got, error: null };
}

describe('decoded', () => {
  it.each([
    ['gzip', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['br', brotliCompressSync(text)],
    ['deflate, GZIP', gzipSync(deflateSync(text))],
    ['identity', Buffer.from(text)],
    ['aes128gcm', Buffer.from(text)],
    [undefined, Buffer.from(text)],
  ])('%s', async (encoding, bytes) => {
    expect(await read(decoded(Readable.from([bytes.subarray(0, 20), bytes.subarray(20)]), encoding))).toEqual({
      text,
      error: null,
    });
  });

  it('hands on what came before the body broke off, and the error', async () => {
    const random = Array.from({ length: 30_000 }, (_, index) => ((index * 7_919) % 1_000).toString(36)).join(' ');
    const bytes = gzipSync(random);
    async function* breaksOff() {
      yield bytes.subarray(0, bytes.length / 2);
      await new Promise((resolve) => setImmediate(resolve));
      throw new Error('socket hang up');
    }
    const { text: got, error } = await read(decoded(Readable.from(breaksOff()), 'gzip'));
    expect(String(error)).toContain('socket hang up');
    expect(random.startsWith(got)).toBe(true);
  });

  it('reports bytes that are not what the header says', async () => {
    expect((await read(decoded(Readable.from([Buffer.from('no gzip at all')]), 'gzip'))).error).toBeInstanceOf(Error);
  });
});
