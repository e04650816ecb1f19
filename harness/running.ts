// Which harness is at work on a run: a file in the run's folder, there from its beginning until everything is healed and removed. By it another
// terminal finds the process, to stop it.
import { type Dirent, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { isAlive, lookAtProcess } from './faults/process.ts';

const fileName = 'harness.json';
const schema = z.object({ pid: z.number().int().positive(), started: z.string().nullable() });

export interface RunningRun {
  /** Name of the run's folder. */
  readonly run: string;
  readonly pid: number;
}

/** Resolves to what takes the note away again. */
export async function noteRunning(folder: string): Promise<() => void> {
  const file = path.join(folder, fileName);
  const self = await lookAtProcess(process.pid);
  writeFileSync(file, `${JSON.stringify({ pid: process.pid, started: self?.started ?? null })}\n`);
  return () => rmSync(file, { force: true });
}

/** Runs whose harness lives. A folder that is none, or a note that can't be read, is passed over. */
export async function runningIn(runs: string): Promise<readonly RunningRun[]> {
  const found: RunningRun[] = [];
  for (const folder of foldersIn(runs)) {
    const noted = noteIn(path.join(runs, folder.name));
    if (noted && (await isAlive(noted.pid, noted.started))) found.push({ run: folder.name, pid: noted.pid });
  }
  return found;
}

function foldersIn(runs: string): Dirent[] {
  try {
    return readdirSync(runs, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  } catch {
    return [];
  }
}

function noteIn(folder: string): z.infer<typeof schema> | undefined {
  try {
    return schema.parse(JSON.parse(readFileSync(path.join(folder, fileName), 'utf8')));
  } catch {
    return undefined;
  }
}
