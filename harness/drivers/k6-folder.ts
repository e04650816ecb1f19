// The private folder that k6 runs in, which holds the accounts for as long as the load lasts. It stands among the machine's
// temporary files and not in the run's folder, which people hand on; one whose harness was killed is removed by the next run.
import { lstatSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { isAlive, lookAtProcess } from '../faults/process.ts';

const prefix = 'crosstalk-k6-';
const ownerFile = 'owner.json';
const ownerSchema = z.object({ pid: z.number().int(), started: z.string().nullable() });
/** One without an owner's name is being made at this moment, or its maker died in that moment. */
const nameless = { forgivenMs: 60_000 } as const;

export async function makeK6Folder(parent = os.tmpdir()): Promise<string> {
  const folder = await mkdtemp(path.join(parent, prefix));
  const { pid } = process;
  const started = (await lookAtProcess(pid))?.started ?? null;
  await writeFile(path.join(folder, ownerFile), JSON.stringify({ pid, started }), { mode: 0o600, flag: 'wx' });
  return folder;
}

/** Resolves to how many were removed. Other people's folders are left alone. */
export async function removeDeadK6Folders(parent = os.tmpdir()): Promise<number> {
  let removed = 0;
  for (const name of readdirSync(parent).filter((each) => each.startsWith(prefix))) {
    const folder = path.join(parent, name);
    if (!(await isDead(folder).catch(() => false))) continue;
    rmSync(folder, { recursive: true, force: true });
    removed += 1;
  }
  return removed;
}

async function isDead(folder: string): Promise<boolean> {
  // Not by way of a link, which anybody may put among the temporary files.
  const stat = lstatSync(folder);
  if (!stat.isDirectory() || stat.uid !== (process.getuid?.() ?? stat.uid)) return false;
  const owner = ownerOf(path.join(folder, ownerFile));
  if (owner === null) return Date.now() - stat.mtimeMs > nameless.forgivenMs;
  return !(await isAlive(owner.pid, owner.started));
}

function ownerOf(file: string): z.infer<typeof ownerSchema> | null {
  try {
    return ownerSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null;
  }
}
