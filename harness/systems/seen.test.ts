import { describe, expect, it } from 'vitest';
import type { Answer } from './call.ts';
import { matches, type Seen, seenSchema } from './seen.ts';

const answer = (body: string, status = 200): Answer => ({ status, headers: new Headers(), body });
const pools = answer('{"pools":[{"state":"drained","left":0,"next":null}]}');

describe('what a witness must be seen to answer', () => {
  it.each<[Seen, Answer | null, boolean]>([
    [{ status: 503 }, answer('', 503), true],
    [{ status: 503 }, answer(''), false],
    [{ status: 200, body: 'well' }, answer('all is well'), true],
    [{ status: 200, body: 'well' }, answer('all is well', 500), false],
    [{ json: { path: 'pools.0.state', equals: 'drained' } }, pools, true],
    [{ json: { path: 'pools.0.left', equals: 0 } }, pools, true],
    [{ json: { path: 'pools.0.left', equals: '0' } }, pools, false],
    [{ json: { path: 'pools.0.next', equals: null } }, pools, true],
    [{ json: { path: 'pools.1.next', equals: null } }, pools, false],
    [{ json: { path: 'pools.length', equals: 1 } }, pools, true],
    [{ json: { path: 'constructor.name', equals: 'Object' } }, pools, false],
    [{ json: { path: 'state', equals: 'x' } }, answer('not JSON'), false],
    [{ noAnswer: true }, null, true],
    [{ noAnswer: true }, answer(''), false],
    [{ status: 200 }, null, false],
  ])('%o', (seen, given, expected) => {
    expect(matches(given, seenSchema.parse(seen))).toBe(expected);
  });
});
