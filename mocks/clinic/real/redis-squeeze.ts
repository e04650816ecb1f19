// Room for so many entries only. Redis counts bytes, not entries, so its memory limit is lowered until few enough are left; from then on
// it throws out those used longest ago by itself, as with any limit. Its limit holds for all its memory: what clients need is counted too.
import { setTimeout as pause } from 'node:timers/promises';
import type { RedisServer } from './redis-server.ts';

const roundCountMax = 40;
const evictionMs = 10;
/** About what one of the clinic's entries needs at the least. */
const entryBytesMin = 256;

export async function squeezeTo(server: RedisServer, entryCountMax: number | null): Promise<void> {
  const { client } = server;
  if (entryCountMax === null) {
    await client.configSet('maxmemory', '0');
    return;
  }
  for (let round = 0; round < roundCountMax; round += 1) {
    const entryCount = await client.dbSize();
    const usedBytes = await server.figure('memory', 'used_memory');
    const datasetBytes = await server.figure('memory', 'used_memory_dataset');
    const entryBytes = Math.max(entryBytesMin, entryCount === 0 ? 0 : datasetBytes / entryCount / 4);
    const limitBytes = Math.max(1, Math.floor(usedBytes - (entryCount - entryCountMax) * entryBytes));
    await client.configSet('maxmemory', String(limitBytes));
    if (entryCount <= entryCountMax) return;
    await pause(evictionMs);
  }
}
