// For tests of secrets: what every process of this machine shows of itself to whoever may look (Linux /proc).
import { readdirSync, readFileSync, statSync } from 'node:fs';
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

/** Files below with their modes, while others come and go. */
export function modesBelow(folder: string): { readonly name: string; readonly mode: number }[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).flatMap((below) => {
      const name = path.join(folder, below);
      const stats = statSync(name, { throwIfNoEntry: false });
      return stats?.isFile() ? [{ name, mode: stats.mode & 0o777 }] : [];
    });
  } catch (error) {
    // A folder went while it was read.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** All files below, by name, as bytes. */
export function filesBelow(folder: string): { readonly name: string; readonly bytes: Buffer; readonly mode: number }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const name = path.join(entry.parentPath, entry.name);
      return { name, bytes: readFileSync(name), mode: statSync(name).mode & 0o777 };
    });
}
