// For tests of secrets: what every process of this machine shows of itself to whoever may look (Linux /proc).
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export interface ShownProcess {
  readonly pid: number;
  readonly commandLine: string;
  /** Empty where it is not ours to read. */
  readonly environment: string;
}

export function processesShown(): ShownProcess[] {
  const read = (pid: string, file: string): string => {
    try {
      return readFileSync(`/proc/${pid}/${file}`, 'utf8').replaceAll('\0', ' ');
    } catch {
      return '';
    }
  };
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map((pid) => ({
    pid: Number(pid),
    commandLine: read(pid, 'cmdline'),
    environment: read(pid, 'environ'),
  }));
}

interface ShownFile {
  readonly name: string;
  readonly mode: number;
}

function listed(folder: string): ShownFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).flatMap((below) => {
    const name = path.join(folder, below);
    const stats = lstatSync(name, { throwIfNoEntry: false });
    return stats?.isFile() ? [{ name, mode: stats.mode & 0o777 }] : [];
  });
}

/** Files below with their modes, while others come and go. */
export function modesBelow(folder: string): ShownFile[] {
  try {
    return listed(folder);
  } catch (error) {
    // A folder went while it was read.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** All files below, by name, as bytes. */
export const filesBelow = (folder: string): (ShownFile & { readonly bytes: Buffer })[] =>
  listed(folder).map((file) => ({ ...file, bytes: readFileSync(file.name) }));
