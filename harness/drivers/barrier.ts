// Barriers within one process: all parties go on at the same turn of the event loop. A party that never comes can't hold the
// others for longer than `waitMaxMs`.

import type { Barrier } from '../plan.ts';

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

/** Cut short when the run is aborted, which opens the meeting. */
function pauseOrOpened(ms: number, { opened }: Meeting): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    void opened.then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** `elapsedMs` is the plan's clock. When the signal aborts, every barrier opens. */
export function barriers(elapsedMs: () => number, signal: AbortSignal, waitMaxMs = barrierWaitMaxMs): Barriers {
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
    const latestMs = Math.max(barrier.atMs, elapsedMs()) + waitMaxMs;
    const timer = setTimeout(open, latestMs - elapsedMs());
    void opened.then(() => clearTimeout(timer));
    return meeting;
  }

  return {
    async meet(barrier) {
      if (signal.aborted) return;
      const meeting = meetingOf(barrier);
      meeting.arrived += 1;
      if (meeting.arrived >= barrier.parties) {
        const earlyMs = (): number => barrier.atMs - elapsedMs();
        for (let ms = earlyMs(); ms > 0 && !signal.aborted; ms = earlyMs()) await pauseOrOpened(ms, meeting);
        meeting.open();
        meetings.delete(barrier.name);
      }
      await meeting.opened;
    },
  };
}
