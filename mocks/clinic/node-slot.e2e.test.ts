// An instance is replaced even if the edge is too busy to say that it has heard of it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { AppStart } from './messages.ts';
import { createNodeSlot } from './node-slot.ts';

const nowhere = { host: '/nowhere', port: 1, user: 'clinic', database: 'postgres' };

test('a replacement goes on when the edge does not answer in time, and the old process ends', async () => {
  const objectsDir = await mkdtemp(join(tmpdir(), 'crosstalk-slot-'));
  const running = new Set<number>();
  let failures = 0;
  let offered = false;
  const start = { database: nowhere, cachePort: 1, mail: { port: 1, secret: '' }, objectsDir, linkSecret: 'secret' };
  const slot = createNodeSlot('app-1', {
    startMessage: (node, version): AppStart => ({
      ...start,
      node,
      version,
      bugs: [],
      transcoder: null,
      record: null,
      rewatch: { off: false, linksStay: false },
      collector: null,
      verbose: false,
    }),
    async offersChanged() {
      failures -= 1;
      if (failures >= 0) throw new Error('edge.ts did not answer "offer" within 4000 ms');
      offered = slot.upstream() !== undefined;
    },
    watch: (pid) => void running.add(pid),
    unwatch: (pid) => void running.delete(pid),
  });
  try {
    await slot.start('v1');
    const { pid } = slot.report();
    // When the old one goes, when the new one has come, and once more.
    failures = 3;
    await slot.replace('v2');
    expect(slot.report()).toMatchObject({ state: 'serving', version: 'v2' });
    expect(running.has(pid)).toBe(false);
    await expect.poll(() => offered).toBe(true);
  } finally {
    await slot.end();
    for (const pid of running) process.kill(pid, 'SIGKILL');
    await rm(objectsDir, { recursive: true });
  }
});
