// The line that shows, while a run goes on, where it is: phase, time left, operations, opportunities, faults open, leaks.
// On a terminal it rewrites itself; elsewhere each phase is one line.
import pc from 'picocolors';
import type { HistoryLine } from '../history.ts';
import type { LiveCount } from '../live.ts';
import type { Phase } from '../run.ts';

export interface LiveLine {
  show(line: HistoryLine, count: LiveCount): void;
  end(): void;
}

const redrawEveryMs = 200;

const titles: Readonly<Record<Phase, string>> = {
  seed: 'making synthetic patients',
  'alarm-before': 'testing the alarm',
  load: 'load and faults',
  'alarm-after': 'testing the alarm again',
  unseed: 'removing the synthetic patients',
};

export function liveLine(out: NodeJS.WriteStream, durationMs: number): LiveLine {
  let phase: Phase | null = null;
  let phaseBeganAt = 0;
  let drawnAt = 0;
  const open = new Map<string, string>();

  const text = (count: LiveCount): string => {
    if (!phase) return '';
    const leftS = Math.max(0, Math.ceil((phaseBeganAt + durationMs - Date.now()) / 1_000));
    const faults = open.size > 0 ? pc.yellow([...open.values()].join(', ')) : 'none';
    const leaks = count.suspected > 0 ? pc.red(pc.bold(`${count.suspected} leaks`)) : pc.green('0 leaks');
    if (phase !== 'load') return `${titles[phase]} …`;
    return `${titles[phase]} · ${leftS} s left · ${count.operations} operations · ${count.opportunities} opportunities · fault open: ${faults} · ${leaks}`;
  };

  return {
    show(line, count) {
      if (line.t === 'fault') {
        if (line.event === 'injected') open.set(line.id, line.kind);
        if (line.event === 'healed') open.delete(line.id);
      }
      const turned = line.t === 'phase' && line.event === 'began';
      if (turned) {
        phase = line.phase;
        phaseBeganAt = line.at;
      }
      if (!out.isTTY) {
        if (turned) out.write(`${text(count)}\n`);
        return;
      }
      const now = Date.now();
      if (!turned && now - drawnAt < redrawEveryMs) return;
      drawnAt = now;
      out.write(`\r\u001b[2K${text(count)}`);
    },
    end() {
      if (out.isTTY) out.write('\r\u001b[2K');
    },
  };
}
