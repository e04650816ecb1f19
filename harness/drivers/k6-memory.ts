// Keeps k6 from taking all of the machine's memory. k6 holds each answer whole until it has ended and has no limit of its own, so
// one answer without an end, at every user, fills any machine within seconds. Where there is no /proc to ask, nothing is watched.
import { readFileSync } from 'node:fs';
import os from 'node:os';

const shareMax = 0.7;
const lookEveryMs = 100;

/** Of the machine's memory, or of what this process's group may have. */
export function k6MemoryBytesMax(): number {
  // Node 20.19 has it; where there is no limit it answers 0 or more than there is.
  const allowed = process.constrainedMemory?.() ?? 0;
  const total = os.totalmem();
  return Math.floor(shareMax * (allowed > 0 ? Math.min(allowed, total) : total));
}

/** `exceeded` is called once. */
export function watchMemory(pid: number, bytesMax: number, exceeded: (bytes: number) => void): { stop(): void } {
  const timer = setInterval(() => {
    const bytes = residentBytes(pid);
    if (bytes === null || bytes <= bytesMax) return;
    clearInterval(timer);
    exceeded(bytes);
  }, lookEveryMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

function residentBytes(pid: number): number | null {
  try {
    const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kibibytes === undefined ? null : Number(kibibytes) * 1_024;
  } catch {
    return null;
  }
}
