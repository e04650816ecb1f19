// Which harness is at work on a run: a file in the run's folder, there from its beginning until everything is healed and removed. By it another
// terminal finds the process, to stop it.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { isAlive, ownProcess } from './faults/process.ts';
import { runsIn } from './run-folder.ts';

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
  writeFileSync(file, `${JSON.stringify(await ownProcess())}\n`);
  return () => rmSync(file, { force: true });
}

/** Runs whose harness lives. A note that can't be read is passed over. */
export async function runningIn(runs: string): Promise<readonly RunningRun[]> {
  const found: RunningRun[] = [];
  for (const run of await runsIn(runs)) {
    const noted = noteIn(path.join(runs, run));
    if (noted && (await isAlive(noted.pid, noted.started))) found.push({ run, pid: noted.pid });
  }
  return found;
}

function noteIn(folder: string): z.infer<typeof schema> | undefined {
  try {
    return schema.parse(JSON.parse(readFileSync(path.join(folder, fileName), 'utf8')));
  } catch {
    return undefined;
  }
}
