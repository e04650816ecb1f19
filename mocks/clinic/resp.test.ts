import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRespParser, encodeCommand, encodeReply, type Reply, RespError } from './resp.ts';

const values = fc.oneof(fc.string({ unit: 'binary' }), fc.integer(), fc.constant(null), fc.array(fc.string()));

test('whatever is written is read back, however the bytes are cut', () => {
  fc.assert(
    fc.property(fc.array(values, { maxLength: 6 }), fc.integer({ min: 1, max: 9 }), (replies, chunkBytes) => {
      const bytes = Buffer.from(replies.map(encodeReply).join(''));
      const parse = createRespParser();
      const read: Reply[] = [];
      for (let from = 0; from < bytes.length; from += chunkBytes)
        read.push(...parse(bytes.subarray(from, from + chunkBytes)));
      expect(read).toEqual(replies);
    }),
  );
});

test('a command is an array of bulk strings', () => {
  expect(encodeCommand(['SET', 'k', 'é'])).toBe('*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$2\r\né\r\n');
  expect(createRespParser()(Buffer.from('+OK\r\n-ERR no\r\n'))).toEqual(['OK', new RespError('ERR no')]);
});

test('bytes that are not RESP, or announce too much, are refused', () => {
  expect(() => createRespParser()(Buffer.from('HTTP/1.1 200\r\n'))).toThrow('is not RESP');
  expect(() => createRespParser()(Buffer.from('$99999999\r\n'))).toThrow('announces no size');
});
