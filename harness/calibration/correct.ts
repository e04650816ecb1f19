// The drills for the correct clinic: every fault, one after another; and all together, where two may be open side by side.
// Denser than the default drill, for what counts here is how much was looked at without an alarm.
import type { DrillInput } from '../drill.ts';
import { faultNamed } from '../faults/index.ts';
import type { PlannedFault } from '../plan.ts';
import { leastFloor } from './cases.ts';

export interface CorrectDrill {
  /** In words. */
  readonly name: string;
  readonly schedule: 'default' | 'side-by-side';
  readonly input: Omit<DrillInput, 'target'>;
}

const leadMs = 2_000;
/** Where the last fault heals late, that there is a time after it all the same. */
const tailMs = 8_000;
/** Of a fault's slot, how long it is open; the rest is for its healing. */
const openShare = 0.6;

/** Faults that hold the same part take turns; the others go on meanwhile. Each such track fills the whole time. */
export function sideBySide(kinds: readonly string[], durationMs: number): PlannedFault[] {
  const tracks = new Map<string, string[]>();
  for (const kind of kinds) {
    const track = faultNamed(kind).holds ?? 'nothing';
    tracks.set(track, [...(tracks.get(track) ?? []), kind]);
  }
  const spanMs = Math.max(1, durationMs - leadMs - tailMs);
  const planned = [...tracks.values()].flatMap((track) => {
    const wantedMs = track.map((kind) => faultNamed(kind).defaultForMs);
    const totalMs = wantedMs.reduce((sum, ms) => sum + ms, 0);
    const scale = spanMs / Math.max(1, totalMs);
    let atMs = leadMs;
    return track.map((kind, slot) => {
      const slotMs = (wantedMs[slot] ?? 0) * scale;
      const fault = { kind, atMs: Math.round(atMs), forMs: Math.max(1, Math.round(slotMs * openShare)) };
      atMs += slotMs;
      return fault;
    });
  });
  return planned.map((fault, number) => ({ id: `f${number + 1}-${fault.kind}`, ...fault }));
}

/** Four browsers beside a load that leaves them room, under every fault. */
export function seenDrills(quick: boolean): readonly CorrectDrill[] {
  const input = {
    browser: 4,
    sessions: 16,
    floor: leastFloor,
    errorRateMax: 0.6,
    durationMs: quick ? 60_000 : 110_000,
  };
  return [{ name: 'every fault, before the eyes of four', schedule: 'default', input }];
}

export function correctDrills(quick: boolean): readonly CorrectDrill[] {
  // A slow machine does half of what this asks for: with more it would leave so much undone that its silence proves nothing.
  const dense = { sessions: quick ? 40 : 52, thinkMs: quick ? 100 : 60, floor: leastFloor, errorRateMax: 0.6 };
  return [
    {
      name: 'every fault, one after another',
      schedule: 'default',
      input: { ...dense, durationMs: quick ? 85_000 : 90_000 },
    },
    { name: 'all faults together', schedule: 'side-by-side', input: { ...dense, durationMs: quick ? 49_000 : 50_000 } },
  ];
}
