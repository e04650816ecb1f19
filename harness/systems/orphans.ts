// A command whose harness was killed goes on, and would break again what is mended meanwhile. It is known by a mark in its environment: it may
// come to its end in its time, and is then killed with its group, as its harness would have done. Known on Linux only.
import { readFileSync } from 'node:fs';
import { everyProcess, type SeenProcess, stateNow, titleOf } from './linux-processes.ts';

const mark = 'CROSSTALK_FAULT';

export const markedBy = (id: string): Readonly<Record<string, string>> => ({ [mark]: id });

/** The number of one that is still in its time. Those that are not are killed; what they left running on purpose is not. */
export function orphanOf(id: string, words: readonly string[], limitMs: number): number | undefined {
  const orphans = leaders().filter(({ pid }) => environmentOf(pid).includes(`\0${mark}=${id}\0`));
  // A script's title begins with its interpreter.
  for (const orphan of orphans)
    if (orphan.ageMs >= limitMs && titleOf(orphan.pid).endsWith(words.join(' '))) killGroup(orphan);
  return orphans.find(({ ageMs }) => ageMs < limitMs)?.pid;
}

function leaders(): SeenProcess[] {
  try {
    return everyProcess().filter(({ pid, group, state }) => pid === group && state !== 'dead');
  } catch {
    return [];
  }
}

function environmentOf(pid: number): string {
  try {
    return `\0${readFileSync(`/proc/${pid}/environ`, 'latin1')}\0`;
  } catch {
    return '';
  }
}

function killGroup(leader: SeenProcess): void {
  if (stateNow(leader) === 'gone') return;
  try {
    process.kill(-leader.pid, 'SIGKILL');
  } catch {
    // It ended just now.
  }
}
