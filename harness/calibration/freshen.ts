// Between two trials on one clinic: back to its first version, no fault left open, and nothing kept in caches or pooled connections that an
// earlier trial's patients had left there. Every wait is bounded.
import { sleep } from '../drivers/sleep.ts';
import { messageOf } from '../faults/bounded.ts';
import type { Levers, NodeState } from '../targets/levers.ts';

const settleMaxMs = 30_000;
const lookEveryMs = 100;
/** An instance comes again half a second after its death, unless it is put in its place before. */
const dyingMs = 150;

/** The clinic's version when it starts. */
const firstVersion = 'v1';

export interface Freshening {
  /** Every app instance is started anew: for what can only be lost with the process. */
  readonly restart: boolean;
}

export async function freshen(levers: Levers, { restart }: Freshening): Promise<void> {
  await settled(levers);
  const { deploy, signal } = levers;
  const nodes = await levers.nodes();
  const upgraded = nodes.some(({ version }) => version !== firstVersion);
  if ((restart || upgraded) && signal && deploy?.recreate) {
    await Promise.all(nodes.map(({ node }) => signal(node, 'SIGKILL')));
    // While nobody lives who could write to the cache, or would take its loss for an outage.
    await sleep(dyingMs);
    await forget(levers);
    await deploy.recreate(firstVersion);
    await reborn(levers, nodes);
  } else {
    await forget(levers);
  }
  if (levers.edge && (await levers.edge.state()).config !== 'standard') await levers.edge.reload('standard');
  await levers.edge?.purge();
  await levers.mail?.set('ok');
}

async function forget({ cache, database }: Levers): Promise<void> {
  // A fault that a trial could not heal must not be the next one's calm.
  await cache?.set('ok', 0);
  await cache?.squeeze(null);
  await database?.hold(false);
  await cache?.flush();
  await cache?.cutConnections();
}

function reborn(levers: Levers, before: readonly NodeState[]): Promise<void> {
  const bootIds = new Set(before.map(({ bootId }) => bootId));
  return until('every instance is started anew', async () =>
    (await levers.nodes()).every(
      ({ state, version, bootId }) => state === 'serving' && version === firstVersion && !bootIds.has(bootId),
    ),
  );
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
