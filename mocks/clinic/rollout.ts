// Deploys, as Kubernetes names them. Rolling: one instance after another, the next only when the last is serving, so that for a time both
// releases serve side by side. Recreate: all at once, with nobody there for a moment.
import { setTimeout as pause } from 'node:timers/promises';
import type { NodeSlot } from './node-slot.ts';

/** How long the first instances of a release are watched before the next one follows. */
const watchMs = 1_200;

export type DeployStrategy = 'rolling' | 'recreate';

export interface Rollout {
  readonly rolling: boolean;
  /** The version that was last rolled out, or is being. */
  readonly version: string;
  /** False when one is in progress already. Without a version: the same again. */
  begin(version?: string, strategy?: DeployStrategy): boolean;
}

export function createRollout(slots: readonly NodeSlot[], firstVersion: string): Rollout {
  let version = firstVersion;
  let rolling = false;

  // An instance that fails to start is reborn by its slot; the deploy goes on.
  const replace = (slot: NodeSlot): Promise<void> =>
    slot.replace(version).catch((error: unknown) => console.error(error));

  async function roll(): Promise<void> {
    for (const [index, slot] of slots.entries()) {
      if (index > 0) await pause(watchMs);
      await replace(slot);
    }
  }

  const recreate = async (): Promise<void> => void (await Promise.all(slots.map(replace)));

  return {
    get rolling() {
      return rolling;
    },
    get version() {
      return version;
    },
    begin(next = version, strategy = 'rolling') {
      if (rolling) return false;
      rolling = true;
      version = next;
      (strategy === 'rolling' ? roll : recreate)().finally(() => {
        rolling = false;
      });
      return true;
    },
  };
}
