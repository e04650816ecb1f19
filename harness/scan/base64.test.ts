import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { base64Forms } from './base64.ts';

test('the spellings of the prefix are just those that base64 gives it in any case, place and company', () => {
  const letters = [...'bcdfghjklmnpqrstvwxz'].flatMap((letter) => [letter, letter.toUpperCase()]);
  for (const [place, form] of base64Forms.entries()) {
    const seen = Array.from({ length: 6 }, () => new Set<string>());
    for (let lead = 0; lead < 256; lead++) {
      for (let capitals = 0; capitals < 16; capitals++) {
        const prefix = [...'zqxj'].map((letter, i) => ((capitals >> i) & 1 ? letter.toUpperCase() : letter)).join('');
        for (const next of letters) {
          const text = Buffer.concat([Buffer.alloc(place, lead), Buffer.from(prefix + next)]).toString('base64');
          for (const [at, set] of seen.entries()) set.add(text.charAt(place + at));
        }
      }
    }
    const inOrder = (characters: Iterable<string>): string => [...characters].sort().join('');
    expect(form.patterns[0]?.classes.map(inOrder)).toEqual(seen.map(inOrder));
  }
});
