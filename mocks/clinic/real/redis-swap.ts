// The hostile probe on Redis: exchanges the values of two owners' entries of one kind, each keeping its own time to live.
import { pairsToSwap } from '../cache-swap.ts';
import type { RedisClient } from './redis-server.ts';

const keyCountMax = 5_000;
const scanCount = 500;

/** How many pairs were exchanged. */
export async function swapEntries(client: RedisClient): Promise<number> {
  const keys: string[] = [];
  for await (const found of client.scanIterator({ COUNT: scanCount })) {
    keys.push(...found);
    if (keys.length >= keyCountMax) break;
  }
  if (keys.length === 0) return 0;
  const values = await client.mGet(keys);
  const entries = keys.flatMap((key, index) => {
    const value = values[index];
    return typeof value === 'string' ? [[key, value] as const] : [];
  });
  const held = new Map(entries);
  const pairs = pairsToSwap(entries);
  for (const [one, other] of pairs) {
    // One that has expired meanwhile stays away.
    await client
      .multi()
      .set(one, held.get(other) ?? '', { condition: 'XX', expiration: 'KEEPTTL' })
      .set(other, held.get(one) ?? '', { condition: 'XX', expiration: 'KEEPTTL' })
      .exec();
  }
  return pairs.length;
}
