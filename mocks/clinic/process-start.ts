// When a process of this machine began, as its kernel says: with it a process number is an identity, for whoever asks on the same machine.
import { readFileSync } from 'node:fs';

/** Machine boot and start time in clock ticks; null where there is no Linux /proc to ask. */
export function processStart(pid: number): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field, the command in brackets, may hold spaces and brackets itself: count from the last one.
    const startTicks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return startTicks === undefined ? null : `${boot}/${startTicks}`;
  } catch {
    return null;
  }
}
