// Barriers within one process: all parties go on at the same turn of the event loop. A party that never comes can't hold the
// others for longer than `waitMaxMs`.
import type { Barrier } from '../plan.ts';
import { sleep } from './sleep.ts';

/** How long the others wait for a late party. */
export const barrierWaitMaxMs = 1_000;

interface Meeting {
  arrived: number;
  open(): void;
  readonly opened: Promise<void>;
}

export interface Barriers {
  meet(barrier: Barrier): Promise<void>;
}

/** `elapsedMs` is the plan's clock. When the signal aborts, every barrier opens. */
export function barriers(elapsedMs: () => number, signal: AbortSignal): Barriers {
  const meetings = new Map<string, Meeting>();
  signal.addEventListener('abort', () => {
    for (const meeting of meetings.values()) meeting.open();
  });

  function meetingOf(barrier: Barrier): Meeting {
    const known = meetings.get(barrier.name);
    if (known) return known;
    let open = (): void => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    const meeting: Meeting = { arrived: 0, open, opened };
    meetings.set(barrier.name, meeting);
    const latestMs = Math.max(barrier.atMs, elapsedMs()) + barrierWaitMaxMs;
    const timer = setTimeout(open, latestMs - elapsedMs());
    void opened.then(() => clearTimeout(timer));
    return meeting;
  }

  return {
    async meet(barrier) {
      const meeting = meetingOf(barrier);
      meeting.arrived += 1;
      if (meeting.arrived >= barrier.parties) {
        const earlyMs = barrier.atMs - elapsedMs();
        if (earlyMs > 0 && !signal.aborted) await sleep(earlyMs);
        meeting.open();
        meetings.delete(barrier.name);
      }
      await meeting.opened;
    },
  };
}
