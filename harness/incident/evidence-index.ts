// The files of a run's folder with their SHA-256, so that whoever is handed a pack can tell that its evidence is what it was.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { EvidenceFile } from './incident.ts';

const filesMax = 500;

/** In order of name; `without` are left out. Links are not followed: what they lead to is no part of the run. */
export async function evidenceIndex(
  folder: string,
  without: ReadonlySet<string>,
): Promise<{ readonly files: readonly EvidenceFile[]; readonly leftOut: number }> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter((name) => !without.has(name))
    .sort();
  const files: EvidenceFile[] = [];
  for (const file of names.slice(0, filesMax)) {
    const full = path.join(folder, file);
    files.push({ file, bytes: (await stat(full)).size, sha256: await sha256Of(full) });
  }
  return { files, leftOut: Math.max(0, names.length - filesMax) };
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest('hex');
}
