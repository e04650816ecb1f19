// The folder of one run: what is in it and how it is named. `runs/latest` points to the newest.
import { type Dirent, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Drill } from './drill.ts';
import type { PlannedFault } from './plan.ts';

export interface RunFolder {
  readonly id: string;
  readonly path: string;
  readonly history: string;
  readonly verdict: string;
  readonly people: string;
  readonly drill: string;
}

export function runFolder(folder: string): RunFolder {
  const file = (name: string): string => path.join(folder, name);
  return {
    id: path.basename(folder),
    path: folder,
    history: file('history.ndjson'),
    verdict: file('verdict.json'),
    people: file('people.ndjson'),
    drill: file('drill.json'),
  };
}

/** What is kept of a drill: everything that is needed to judge its history again, or to repeat it. */
export interface KeptDrill {
  readonly drill: Drill;
  readonly faults: readonly PlannedFault[];
  /** Nodes and versions that must have served for the run to count. */
  readonly expected: { readonly nodes: readonly string[]; readonly versions: readonly string[] };
  /** The command line that repeats the run. */
  readonly repeat: string;
  /** How the reference clinic was started, where the run started it for itself. */
  readonly clinic?: KeptClinic;
}

/** What decides how the clinic behaves. */
export interface KeptClinic {
  readonly bug?: readonly string[];
  readonly toothless?: readonly string[];
  readonly nodes?: number;
  readonly topology?: 'embedded' | 'real';
  readonly transcode?: boolean;
}

/** Makes `<out>/<time>-<seed>` and points `latest` at it. */
export function createRunFolder(kept: KeptDrill, startedAt: Date): RunFolder {
  const folder = makeFolder(kept, startedAt, `seed-${seedIn(kept)}`);
  pointLatest(folder);
  return folder;
}

/** The same for one trial of many: `latest` stays what it was. Named so that a dead one is found and mended as any run is. */
export function createTrialFolder(kept: KeptDrill, startedAt: Date, number: number): RunFolder {
  return makeFolder(kept, startedAt, `trial-${number}`);
}

const seedIn = ({ drill }: KeptDrill): string => drill.seed.replace(/[^A-Za-z0-9]+/g, '_').slice(0, 20);

function makeFolder(kept: KeptDrill, startedAt: Date, name: string): RunFolder {
  const stamp = startedAt.toISOString().replace(/[-:]/g, '').replace(/\..*/, '').replace('T', '-');
  const suffix = Math.floor(startedAt.getTime() % 1000)
    .toString()
    .padStart(3, '0');
  const folder = runFolder(path.resolve(kept.drill.out, `${stamp}-${suffix}-${name}`));
  mkdirSync(folder.path, { recursive: true });
  writeFileSync(folder.drill, `${JSON.stringify(kept, null, 2)}\n`);
  return folder;
}

export function readKeptDrill(folder: RunFolder): KeptDrill {
  try {
    return JSON.parse(readFileSync(folder.drill, 'utf8')) as KeptDrill;
  } catch (error) {
    throw new Error(
      `${folder.drill} can't be read (${error instanceof Error ? error.message : error}); without it the run can't be judged`,
    );
  }
}

/** Where links are not allowed (some Windows set-ups), a file with the name does. */
function pointLatest(folder: RunFolder): void {
  const latest = path.join(path.dirname(folder.path), 'latest');
  rmSync(latest, { force: true, recursive: true });
  try {
    symlinkSync(folder.id, latest, 'dir');
  } catch {
    writeFileSync(latest, `${folder.id}\n`);
  }
}

/** Names of the runs in it, in order. Folders only: `latest` is a link to one of them. */
export async function runsIn(runsFolder: string): Promise<readonly string[]> {
  const entries = await readdir(runsFolder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException): Dirent[] => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}
