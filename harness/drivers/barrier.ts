// Barriers within one process: all parties go on at the same turn of the event loop. A party that never comes can't hold the
// others for longer than `waitMaxMs`.

import type { Barrier } from '../plan.ts';
import type { Turns } from './turns.ts';

/** How long the others wait for a late party. */
export const barrierWaitMaxMs = 1_000;

interface Meeting {
  arrived: number;
  isPaid: boolean;
  open(): void;
  /** From now on it does not open by itself. */
  hold(): void;
  readonly opened: Promise<void>;
}

export interface Barriers {
  /** Resolves when it opens: whether the turn of each party's next request came with it. */
  meet(barrier: Barrier): Promise<boolean>;
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
export function barriers(
  elapsedMs: () => number,
  signal: AbortSignal,
  waitMaxMs = barrierWaitMaxMs,
  turns?: Pick<Turns, 'takeTogether'>,
): Barriers {
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
    const latestMs = Math.max(barrier.atMs, elapsedMs()) + waitMaxMs;
    const timer = setTimeout(open, latestMs - elapsedMs());
    const meeting: Meeting = { arrived: 0, isPaid: false, open, hold: () => clearTimeout(timer), opened };
    meetings.set(barrier.name, meeting);
    void opened.then(() => clearTimeout(timer));
    return meeting;
  }

  return {
    async meet(barrier) {
      if (signal.aborted) return false;
      const meeting = meetingOf(barrier);
      meeting.arrived += 1;
      if (meeting.arrived >= barrier.parties) {
        const earlyMs = (): number => barrier.atMs - elapsedMs();
        for (let ms = earlyMs(); ms > 0 && !signal.aborted; ms = earlyMs()) await pauseOrOpened(ms, meeting);
        // Those whose turn it is not yet wait here, so that they still go at one instant.
        if (turns) {
          meeting.hold();
          meeting.isPaid = await turns.takeTogether(barrier.parties);
        }
        meeting.open();
        meetings.delete(barrier.name);
      }
      await meeting.opened;
      return meeting.isPaid;
    },
  };
}
