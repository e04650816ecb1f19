// History lines on their way out of k6, several to one write, for each write costs more than a line. What only reads may
// wait a moment; what changes who may see what, or shows a stranger's data, goes at once. The order is kept. Safe inside k6.
import type { HistoryLine } from '../history.ts';

export interface LineBatch {
  add(line: HistoryLine): void;
  flush(): void;
}

const linesMax = 16;
const charsMax = 65_536;
const ageMaxMs = 250;

/** These take nothing, give nothing, and are missed by nobody for a moment. */
const onlyReads: ReadonlySet<string> = new Set([
  'who-am-i',
  'slots',
  'view-history',
  'turn-page',
  'view-consultation',
  'open-odd-path',
  'watch',
  'follow-link',
  'export',
  'listen',
  'read-inbox',
]);

export function lineBatch(write: (text: string) => void): LineBatch {
  let waiting: string[] = [];
  let chars = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function flush(): void {
    if (timer !== undefined) clearTimeout(timer);
    timer = undefined;
    if (waiting.length === 0) return;
    const text = waiting.join('\n');
    waiting = [];
    chars = 0;
    write(text);
  }

  return {
    add(line) {
      const text = JSON.stringify(line);
      waiting.push(text);
      chars += text.length;
      if (isUrgent(line) || waiting.length >= linesMax || chars >= charsMax) flush();
      else timer ??= setTimeout(flush, ageMaxMs);
    },
    flush,
  };
}

function isUrgent(line: HistoryLine): boolean {
  if (line.t !== 'operation' || !onlyReads.has(line.action)) return true;
  return line.exchanges.some(({ sightings }) => sightings.some(({ owner }) => owner !== line.patient));
}
