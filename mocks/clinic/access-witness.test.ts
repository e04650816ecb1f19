import { createHash } from 'node:crypto';
import { strToU8, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { createWitness } from './access-witness.ts';

const first = '6f1f7c1e-8f0e-4c3b-9d52-2b8f3c0a1d11';
const second = '0b5c2f4e-1d2a-4b6c-8e7f-9a0b1c2d3e4f';
const third = 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee';
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

test('size, hash and ids are the same however the body is cut', () => {
  const body = Buffer.from(`{"id":"${first}","é":"${second.toUpperCase()}","half":"${third.slice(0, 30)}"}`);
  for (let cut = 0; cut <= body.length; cut += 1) {
    const witness = createWitness();
    witness.see(body.subarray(0, cut));
    witness.see(body.subarray(cut));
    expect(witness.account()).toEqual({
      bytes: body.length,
      sha256: sha256(body),
      uuids: [first, second],
      members: [],
    });
  }
});

test('a zip is looked into: its names, its deflated text, the hash of each member', () => {
  const media = strToU8('webm bytes '.repeat(50));
  const zip = zipSync({
    'history.json': [strToU8(JSON.stringify({ id: first, again: 'x'.repeat(500), other: second })), { level: 9 }],
    [`${third}-call.webm`]: [media, { level: 0 }],
  });
  const witness = createWitness();
  for (let at = 0; at < zip.length; at += 100) witness.see(Buffer.from(zip.subarray(at, at + 100)));
  const { uuids, members } = witness.account();
  expect([...uuids].sort()).toEqual([first, second, third].sort());
  expect(members).toContain(sha256(media));
  expect(members).toHaveLength(2);
});

test('a zip that was cut, a bomb and nothing at all are accounted for as far as they go', () => {
  const zip = Buffer.from(zipSync({ [`${first}-call.webm`]: strToU8('x') }));
  const cut = createWitness();
  cut.see(zip.subarray(0, zip.length - 30));
  expect(cut.account()).toMatchObject({ uuids: [first], members: [] });
  const bomb = createWitness();
  bomb.see(Buffer.from(zipSync({ a: new Uint8Array(65 * 1024 * 1024) })));
  expect(bomb.account().members).toEqual([]);
  expect(createWitness().account()).toEqual({ bytes: 0, sha256: sha256(Buffer.alloc(0)), uuids: [], members: [] });
});
