// Between two trials on one clinic: back to its first version, no fault left open, and nothing kept in caches or pooled connections that an
// earlier trial's patients had left there. Every wait is bounded.
import { sleep } from '../drivers/sleep.ts';
import { messageOf } from '../faults/bounded.ts';
import type { Levers } from '../targets/levers.ts';

const settleMaxMs = 30_000;
const lookEveryMs = 100;

/** The clinic's version when it starts. */
const firstVersion = 'v1';

export interface Freshening {
  /** Every app instance is started anew: for what can only be lost with the process. */
  readonly restart: boolean;
  readonly settleMs: number;
}

export async function freshen(levers: Levers, { restart, settleMs }: Freshening): Promise<void> {
  await settled(levers);
  const before = await levers.nodes();
  if (before.some(({ version }) => version !== firstVersion)) {
    await levers.deploy?.roll(firstVersion);
    await settled(levers);
  } else if (restart && levers.signal) {
    for (const { node } of before) await levers.signal(node, 'SIGKILL');
    const bootIds = new Set(before.map(({ bootId }) => bootId));
    await until('every instance is started anew', async () =>
      (await levers.nodes()).every(({ state, bootId }) => state === 'serving' && !bootIds.has(bootId)),
    );
  }
  // A fault that a trial could not heal must not be the next one's calm.
  await levers.cache?.set('ok', 0);
  await levers.cache?.squeeze(null);
  await levers.database?.hold(false);
  await levers.cache?.flush();
  await levers.cache?.cutConnections();
  if (levers.edge && (await levers.edge.state()).config !== 'standard') await levers.edge.reload('standard');
  await levers.edge?.purge();
  await levers.mail?.set('ok');
  await sleep(settleMs);
}

/** No roll is under way and every instance serves. */
const settled = (levers: Levers): Promise<void> =>
  until('the clinic is settled', async () => {
    if (await levers.deploy?.rolling()) return false;
    return (await levers.nodes()).every(({ state }) => state === 'serving');
  });

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const endsAt = Date.now() + settleMaxMs;
  let trouble = '';
  while (Date.now() < endsAt) {
    try {
      if (await holds()) return;
      trouble = '';
    } catch (error) {
      trouble = ` (${messageOf(error)})`;
    }
    await sleep(lookEveryMs);
  }
  throw new Error(`waited ${settleMaxMs} ms in vain until ${what}${trouble}; a trial on a broken clinic shows nothing`);
}
