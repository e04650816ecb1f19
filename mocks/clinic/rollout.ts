// A rolling deploy: one instance after another, the next only when the last is serving. For a time both releases serve side by side.
import { setTimeout as pause } from 'node:timers/promises';
import type { NodeSlot } from './node-slot.ts';

/** How long the first instances of a release are watched before the next one follows. */
const watchMs = 1_200;

export interface Rollout {
  readonly rolling: boolean;
  /** The version that was last rolled out, or is being. */
  readonly version: string;
  /** False when one is in progress already. Without a version: the same again. */
  begin(version?: string): boolean;
}

export function createRollout(slots: readonly NodeSlot[], firstVersion: string): Rollout {
  let version = firstVersion;
  let rolling = false;

  async function roll(): Promise<void> {
    for (const [index, slot] of slots.entries()) {
      if (index > 0) await pause(watchMs);
      // An instance that fails to start is reborn by its slot; the roll goes on.
      await slot.replace(version).catch((error: unknown) => console.error(error));
    }
  }

  return {
    get rolling() {
      return rolling;
    },
    get version() {
      return version;
    },
    begin(next = version) {
      if (rolling) return false;
      rolling = true;
      version = next;
      roll().finally(() => {
        rolling = false;
      });
      return true;
    },
  };
}
